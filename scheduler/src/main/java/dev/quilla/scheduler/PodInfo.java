package dev.quilla.scheduler;

import dev.quilla.model.ObjectKey;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.plugin.Amounts;
import dev.quilla.plugin.PodView;

/**
 * A pod with what it reserves, computed once.
 *
 * @param pod the object
 * @param requests what it reserves on a node
 */
record PodInfo(Pod pod, Amounts requests) implements PodView {

    static PodInfo of(Pod pod) {
        return new PodInfo(pod, PodRequests.of(pod));
    }

    ObjectKey key() {
        return pod.key();
    }

    String uid() {
        return pod.uid();
    }
}
