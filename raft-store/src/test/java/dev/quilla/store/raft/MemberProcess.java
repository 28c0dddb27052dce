package dev.quilla.store.raft;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A running {@link MemberMain}, as its parent sees it. Thread-safe. */
final class MemberProcess implements AutoCloseable {

    private final Process process;
    private final Path errors;
    private final Map<Long, CompletableFuture<String>> asked = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final CompletableFuture<String> ready = new CompletableFuture<>();

    /**
     * Starts one.
     *
     * @param wrapper what the command is given to; empty to run it as it is
     * @param election how long it waits for its leader at least
     */
    MemberProcess(List<String> wrapper, String id, String ports, Path dataDir, Duration election)
            throws IOException {
        errors = dataDir.resolveSibling(id + ".err");
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(
                MemberCache.command(
                        id, ports, dataDir.toString(), Long.toString(election.toMillis())));
        process =
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
                        .start();
        asked.put(0L, ready);
        Thread.ofVirtual().name("answers-" + id).start(this::read);
    }

    private void read() {
        try (BufferedReader answers = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                String[] words = line.split(" ", 2);
                CompletableFuture<String> answer = asked.remove(Long.parseLong(words[0]));
                if (answer != null) {
                    answer.complete(words[1]);
                }
            }
        } catch (IOException e) {
            // The process is gone, as tests want it to be: the same as an end of its answers.
        }
        asked.values().forEach(a -> a.complete("no the process is gone"));
    }

    /** Answers {@code ok ...} or {@code no ...}. */
    CompletableFuture<String> ask(String request) {
        long number = numbers.incrementAndGet();
        CompletableFuture<String> answer = new CompletableFuture<>();
        asked.put(number, answer);
        try {
            write(number + " " + request + "\n");
        } catch (IOException e) {
            answer.complete("no the process is gone");
        }
        if (!process.isAlive()) {
            answer.complete("no the process is gone");
        }
        return answer;
    }

    private synchronized void write(String line) throws IOException {
        OutputStream requests = process.getOutputStream();
        requests.write(line.getBytes(StandardCharsets.UTF_8));
        requests.flush();
    }

    long pid() {
        return process.pid();
    }

    boolean isReady() {
        return ready.isDone();
    }

    String awaitReady() {
        return ready.orTimeout(60, TimeUnit.SECONDS).join();
    }

    void kill() {
        process.destroyForcibly();
    }

    /** Ends in good order. */
    void leave() throws IOException {
        process.getOutputStream().close();
        process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }

    void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .onExit()
                    .join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it has ended; answers its exit code. */
    int awaitExit() {
        return process.onExit().orTimeout(60, TimeUnit.SECONDS).join().exitValue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The lines that it wrote for a person. */
    List<String> messages() throws IOException {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                Files.newInputStream(errors), StandardCharsets.UTF_8))) {
            return lines.lines().filter(l -> l.startsWith("quilla: ")).toList();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
