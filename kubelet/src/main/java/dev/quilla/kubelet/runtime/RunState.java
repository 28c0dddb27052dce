package dev.quilla.kubelet.runtime;

import java.time.Instant;

/** What has become of a container. */
public sealed interface RunState {

    /** It was made and never started. */
    record Created(Instant createdAt) implements RunState {}

    /**
     * It runs.
     *
     * @param pid its first process, as the machine numbers it
     */
    record Running(Instant startedAt, long pid) implements RunState {}

    /**
     * It has ended, or could not be started.
     *
     * @param exitCode 128 + the signal's number when a signal ended it
     * @param reason {@code Completed}, {@code Error}, {@code OOMKilled}, {@code ContainerCannotRun}
     * @param message what is known beyond the reason; often empty
     */
    record Exited(
            int exitCode, String reason, String message, Instant startedAt, Instant finishedAt)
            implements RunState {

        /** The reason of an end by exit code 0. */
        public static final String COMPLETED = "Completed";

        /** The reason of any other exit code. */
        public static final String ERROR = "Error";

        /** The kernel killed it for its memory limit. */
        public static final String OOM_KILLED = "OOMKilled";

        /** It could not be started. */
        public static final String CANNOT_RUN = "ContainerCannotRun";
    }
}
