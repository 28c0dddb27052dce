package dev.quilla.server.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process of the cluster, found again by its pid file. The file also holds when the process
 * started, so that a stranger with a reused pid is never taken for ours.
 */
final class LocalProcess {

    private final String name;
    private final Path pidFile;

    LocalProcess(String name, Path pidFile) {
        this.name = name;
        this.pidFile = pidFile;
    }

    String name() {
        return name;
    }

    /** The running process, if it runs. */
    Optional<ProcessHandle> handle() {
        try {
            String[] words = Files.readString(pidFile).strip().split(" ");
            Instant started = Instant.ofEpochMilli(Long.parseLong(words[1]));
            return ProcessHandle.of(Long.parseLong(words[0]))
                    .filter(ProcessHandle::isAlive)
                    .filter(p -> startedAt(p).equals(started));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new LocalClusterException(
                    "can't read " + pidFile + ": remove it if " + name + " does not run", e);
        }
    }

    /**
     * Starts the process in a session of its own, so that it outlives the caller's terminal, with
     * its output in the log and none of the caller's descriptors.
     */
    void start(List<String> command, Path log) throws IOException {
        Files.createDirectories(log.toAbsolutePath().getParent());
        Files.createDirectories(pidFile.toAbsolutePath().getParent());
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        ProcessHandle handle = builder.start().toHandle();
        Path temporary = pidFile.resolveSibling("pid.new");
        Files.writeString(temporary, handle.pid() + " " + startedAt(handle).toEpochMilli() + "\n");
        Files.move(temporary, pidFile, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    /** Asks the process to end; {@link #awaitEnd} waits for it. */
    void terminate() {
        handle().ifPresent(ProcessHandle::destroy);
    }

    /** Waits for the end, and forces it when the time is over. */
    void awaitEnd(Duration atMost) {
        handle().ifPresent(process -> awaitEnd(process, atMost));
        try {
            Files.deleteIfExists(pidFile);
        } catch (IOException e) {
            throw new LocalClusterException("can't remove " + pidFile, e);
        }
    }

    private static void awaitEnd(ProcessHandle process, Duration atMost) {
        try {
            process.onExit().get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            process.destroyForcibly();
            process.onExit().join();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Instant startedAt(ProcessHandle process) {
        return process.info().startInstant().orElse(Instant.EPOCH);
    }
}
