package dev.quilla.kubelet.probes;

/** What one look of a probe found. */
public sealed interface Finding {

    /** All is well. */
    record Fine() implements Finding {}

    /**
     * Something is wrong.
     *
     * @param problem shown in the pod's events
     */
    record Wrong(String problem) implements Finding {}

    /**
     * The probe could not look: that says nothing about the container.
     *
     * @param problem shown in the pod's events
     */
    record Unknown(String problem) implements Finding {}
}
