package dev.quilla.kubelet.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Containers as processes of the machine. A shim of a few lines runs each, in a session of its own,
 * so that a container lives on when the kubelet ends; all state is in files and found again there.
 */
public final class ProcessRuntime {

    private static final int SIGKILL_CODE = 137;

    private final Path shim;

    /** Keeps the shim in a directory. */
    public ProcessRuntime(Path directory) throws IOException {
        Files.createDirectories(directory);
        this.shim = directory.resolve("shim.sh");
        try (InputStream in =
                Objects.requireNonNull(ProcessRuntime.class.getResourceAsStream("shim.sh"))) {
            Path fresh = directory.resolve("shim.new");
            Files.write(fresh, in.readAllBytes());
            Files.move(fresh, shim, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /**
     * Starts a container.
     *
     * @throws IOException if it can't be started
     */
    public void start(ProcessSpec spec) throws IOException {
        Files.createDirectories(spec.directory());
        Files.writeString(spec.directory().resolve("started"), "");
        List<String> command =
                new ArrayList<>(
                        List.of("setsid", "/bin/sh", shim.toString(), spec.directory().toString()));
        command.addAll(spec.command());
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(
                                spec.workingDir().isEmpty()
                                        ? spec.directory().toFile()
                                        : Path.of(spec.workingDir()).toFile())
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(spec.environment());
        builder.start();
    }

    /** What has become of the container of a directory. */
    public ContainerState state(Path directory) throws IOException {
        Path started = directory.resolve("started");
        if (!Files.exists(started)) {
            return new ContainerState.Absent();
        }
        Instant startedAt = time(started);
        Path exit = directory.resolve("exit");
        if (Files.exists(exit)) {
            int code = Integer.parseInt(Files.readString(exit).strip());
            return new ContainerState.Exited(code, startedAt, time(exit));
        }
        Path pidFile = directory.resolve("pid");
        if (!Files.exists(pidFile)) {
            // The shim has only just started; without it there will never be a process.
            return new ContainerState.Running(0, startedAt);
        }
        Optional<ProcessHandle> process = process(pidFile);
        if (process.isPresent()) {
            return new ContainerState.Running(process.get().pid(), startedAt);
        }
        // Process and shim were killed together, or the machine restarted.
        return Files.exists(exit)
                ? state(directory)
                : new ContainerState.Exited(SIGKILL_CODE, startedAt, Instant.now());
    }

    /** Asks the container's program to end. */
    public void terminate(Path directory) throws IOException {
        process(directory.resolve("pid")).ifPresent(ProcessHandle::destroy);
    }

    /** Ends the container's program and all that it has started. */
    public void kill(Path directory) throws IOException {
        process(directory.resolve("pid"))
                .ifPresent(p -> {
                    List<ProcessHandle> all = new ArrayList<>(p.descendants().toList());
                    all.add(p);
                    all.forEach(ProcessHandle::destroyForcibly);
                });
    }

    /** Does something when the container's program ends. */
    public void onExit(Path directory, Runnable action) throws IOException {
        process(directory.resolve("pid")).ifPresent(p -> p.onExit().thenRun(action));
    }

    /** The process, if it still is the one that was started: a pid can be given to a stranger. */
    private static Optional<ProcessHandle> process(Path pidFile) throws IOException {
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        long pid = Long.parseLong(Files.readString(pidFile).strip());
        Instant written = time(pidFile);
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(p ->
                        p.info()
                                .startInstant()
                                .map(s -> !s.isAfter(written.plusSeconds(1)))
                                .orElse(true));
    }

    private static Instant time(Path file) throws IOException {
        FileTime modified = Files.getLastModifiedTime(file);
        return modified.toInstant();
    }
}
