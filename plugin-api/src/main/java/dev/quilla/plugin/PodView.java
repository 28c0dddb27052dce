package dev.quilla.plugin;

import dev.quilla.model.core.v1.Pod;

/** A pod as policies see it: the object, and what is computed from it once. */
public interface PodView {

    /** The object as the API gives it. */
    Pod pod();

    /**
     * What it reserves: the larger of its init phase and the sum of its containers, plus overhead.
     */
    Amounts requests();

    /** Its priority; 0 where none is set. */
    default int priority() {
        return pod().spec().priority();
    }
}
