package dev.quilla.scheduler.plugins;

import dev.quilla.plugin.PodView;

/** What a pod is taken to use when nodes are compared. */
final class Requests {

    private static final long TYPICAL_CPU_MILLIS = 100;
    private static final long TYPICAL_MEMORY_BYTES = 200L << 20;

    private Requests() {}

    /** The request, or a typical use: else pods that request nothing would all land on one node. */
    static long orTypical(PodView pod, String resource) {
        long requested = pod.requests().get(resource);
        if (requested > 0) {
            return requested;
        }
        return switch (resource) {
            case "cpu" -> TYPICAL_CPU_MILLIS;
            case "memory" -> TYPICAL_MEMORY_BYTES;
            default -> 0;
        };
    }
}
