package dev.quilla.kubelet.runtime.process;

import dev.quilla.kubelet.runtime.ContainerId;
import dev.quilla.kubelet.runtime.PodKey;
import dev.quilla.kubelet.runtime.RunState;
import dev.quilla.kubelet.runtime.RuntimeContainer;
import dev.quilla.kubelet.runtime.SandboxId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One container's directory. Its shim and its first program write into it: who they are, and how it
 * ended; so whoever opens it later knows all.
 */
record ContainerFiles(Path root) {

    private static final Duration SHIM_STARTS_WITHIN = Duration.ofSeconds(10);
    private static final int KILLED = 137;

    Path record() {
        return root.resolve("container");
    }

    Path entry() {
        return root.resolve("enter.sh");
    }

    Path init() {
        return root.resolve("init.sh");
    }

    Path exec() {
        return root.resolve("exec.sh");
    }

    Path execEntry() {
        return root.resolve("exec-enter.sh");
    }

    Path stdin() {
        return root.resolve("in");
    }

    Path started() {
        return root.resolve("started");
    }

    Path exit() {
        return root.resolve("exit");
    }

    Path problem() {
        return root.resolve("problem");
    }

    Path marks() {
        return root.resolve("log.times");
    }

    Path log(long index) {
        return root.resolve("log." + index);
    }

    PidFile pid() {
        return new PidFile(root.resolve("pid"));
    }

    PidFile shim() {
        return new PidFile(root.resolve("shim"));
    }

    /** The container as it is now; empty if it was never wholly made, or is removed meanwhile. */
    Optional<RuntimeContainer> find(ContainerId id, SandboxId sandbox, PodKey pod) {
        return Records.readMap(record())
                .map(r ->
                        new RuntimeContainer(
                                id,
                                sandbox,
                                pod,
                                r.getOrDefault("name", ""),
                                Integer.parseInt(r.getOrDefault("attempt", "0")),
                                r.getOrDefault("image", ""),
                                HostImage.ID,
                                state(),
                                Records.unprefixed("label.", r)))
                .filter(_ -> Files.exists(root));
    }

    Map<String, String> values() {
        return Records.readMap(record()).orElse(Map.of());
    }

    /** How it is; ended if it is removed meanwhile. */
    RunState state() {
        try {
            return read();
        } catch (UncheckedIOException e) {
            if (Files.exists(root)) {
                throw e;
            }
            return exited(KILLED, Instant.EPOCH, Instant.EPOCH);
        }
    }

    private RunState read() {
        if (!Files.exists(started())) {
            return new RunState.Created(Records.writtenAt(record()));
        }
        Instant startedAt = Records.writtenAt(started());
        Optional<RunState> ended = exited(startedAt);
        if (ended.isPresent()) {
            return ended.get();
        }
        Optional<ProcessHandle> program = pid().process();
        if (program.isPresent()) {
            return new RunState.Running(startedAt, program.get().pid());
        }
        boolean shimLives =
                shim().process().isPresent()
                        || (!shim().exists()
                                && Instant.now().isBefore(startedAt.plus(SHIM_STARTS_WITHIN)));
        if (shimLives) {
            return new RunState.Running(startedAt, 0);
        }
        // The shim may have written the end just now; otherwise both were killed together.
        return exited(startedAt)
                .orElseGet(() -> {
                    end(KILLED);
                    return exited(KILLED, startedAt, Records.writtenAt(exit()));
                });
    }

    private Optional<RunState> exited(Instant startedAt) {
        return Records.read(exit())
                .map(code -> exited(Integer.parseInt(code), startedAt, Records.writtenAt(exit())));
    }

    private RunState exited(int code, Instant startedAt, Instant at) {
        Optional<String> problem = Records.read(problem());
        String reason =
                problem.isPresent()
                        ? RunState.Exited.CANNOT_RUN
                        : Files.exists(root.resolve("oom"))
                                ? RunState.Exited.OOM_KILLED
                                : code == 0 ? RunState.Exited.COMPLETED : RunState.Exited.ERROR;
        return new RunState.Exited(
                code,
                reason,
                problem.orElse(""),
                startedAt,
                at.isBefore(startedAt) ? startedAt : at);
    }

    /** Notes an end that nobody else has noted. */
    void end(int code) {
        try {
            Records.write(exit(), Integer.toString(code));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
