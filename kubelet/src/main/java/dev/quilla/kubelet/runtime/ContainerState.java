package dev.quilla.kubelet.runtime;

import java.time.Instant;

/** What has become of a container. */
public sealed interface ContainerState {

    /** It was never started. */
    record Absent() implements ContainerState {}

    /** It runs. */
    record Running(long pid, Instant startedAt) implements ContainerState {}

    /** It has ended. */
    record Exited(int code, Instant startedAt, Instant finishedAt) implements ContainerState {}
}
