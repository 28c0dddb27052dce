package dev.quilla.controller;

import dev.quilla.client.Index;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What controllers ask of pods. */
public final class Pods {

    /** Finds pods by the name of the node that they are bound to; not those that have none. */
    public static final Index<Pod> BY_NODE =
            new Index<>("node", pod -> node(pod).map(ObjectKey::name).stream().toList());

    private Pods() {}

    /** The node that it is bound to. */
    public static Optional<ObjectKey> node(Pod pod) {
        String name = pod.spec().nodeName();
        return name.isEmpty() ? Optional.empty() : Optional.of(ObjectKey.cluster(name));
    }

    /** Whether it runs or will. */
    public static boolean isActive(Pod pod) {
        return !pod.metadata().hasDeletionTimestamp() && !isOver(pod);
    }

    /** Whether all its containers have ended for good. */
    public static boolean isOver(Pod pod) {
        return pod.status().phase().equals("Succeeded") || pod.status().phase().equals("Failed");
    }

    /** Whether it serves. */
    public static boolean isReady(Pod pod) {
        return ready(pod).filter(c -> c.status().equals("True")).isPresent();
    }

    /** Whether it has been ready for some time. */
    public static boolean isAvailable(Pod pod, int minReadySeconds, Instant now) {
        Optional<Instant> since = ready(pod).flatMap(PodCondition::lastTransitionTime);
        return isReady(pod)
                && (minReadySeconds == 0
                        || since.map(s -> Duration.between(s, now).toSeconds() >= minReadySeconds)
                                .orElse(false));
    }

    private static Optional<PodCondition> ready(Pod pod) {
        return pod.status().conditions().stream().filter(c -> c.type().equals("Ready")).findFirst();
    }
}
