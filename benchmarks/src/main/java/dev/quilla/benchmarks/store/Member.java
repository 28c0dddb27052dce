package dev.quilla.benchmarks.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** A running {@link MemberMain}, as its parent sees it. Thread-safe. */
final class Member implements AutoCloseable {

    /** An answer of a process that has ended. */
    static final String GONE = "gone";

    private static final Duration END = Duration.ofSeconds(10);

    private final String id;
    private final Path log;
    private final Process process;
    private final Map<Long, CompletableFuture<String>> asked = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final CompletableFuture<String> ready = new CompletableFuture<>();

    /** Starts one with the command that is given; its log goes on at the end of the file. */
    Member(String id, ProcessBuilder command, Path log) throws IOException {
        this.id = id;
        this.log = log;
        this.process =
                command.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
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
            // It was killed, as it should be: the same as the end of its answers.
        }
        asked.values().forEach(a -> a.complete(GONE));
    }

    String id() {
        return id;
    }

    Path log() {
        return log;
    }

    /** Answers {@link #GONE} if the process ends before. */
    CompletableFuture<String> ask(String request) {
        long number = numbers.incrementAndGet();
        CompletableFuture<String> answer = new CompletableFuture<>();
        asked.put(number, answer);
        try {
            write(number + " " + request + "\n");
        } catch (IOException e) {
            answer.complete(GONE);
        }
        if (!process.isAlive()) {
            answer.complete(GONE);
        }
        return answer;
    }

    private synchronized void write(String line) throws IOException {
        process.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    void awaitReady() {
        if (ready.join().equals(GONE)) {
            throw new IllegalStateException(id + " did not start: see " + log);
        }
    }

    /** {@code kill -9}; returns at once. */
    void kill() {
        process.destroyForcibly();
    }

    /** The processor time it has used. */
    Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Lets it end by itself, so that it can write what it has recorded; but not for long. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            process.onExit().get(END.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException | ExecutionException | TimeoutException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        process.onExit().join();
    }
}
