package dev.quilla.kubelet.runtime;

/** Something changed that may concern a pod. Events are hints: {@code list} is the truth. */
public sealed interface RuntimeEvent {

    /** A container or the sandbox of a pod started, ended or went away. */
    record PodChanged(PodKey pod) implements RuntimeEvent {}

    /** Events may have been missed: look at everything again. */
    record Resync() implements RuntimeEvent {}
}
