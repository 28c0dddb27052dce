package dev.quilla.scheduler.plugins;

import dev.quilla.plugin.NodeView;
import dev.quilla.plugin.PodView;
import dev.quilla.plugin.SchedulingPolicy;
import java.util.Optional;

/** Prefers nodes whose CPU and memory would be used alike, so that neither runs out alone. */
final class NodeResourcesBalancedAllocation implements SchedulingPolicy {

    @Override
    public String name() {
        return "NodeResourcesBalancedAllocation";
    }

    @Override
    public long score(PodView pod, NodeView node) {
        double cpu = usedShare("cpu", pod, node);
        double memory = usedShare("memory", pod, node);
        return Math.round((1 - Math.abs(cpu - memory)) * MAX_SCORE);
    }

    @Override
    public Optional<Object> shape(PodView pod) {
        return Optional.of(pod.requests());
    }

    private static double usedShare(String resource, PodView pod, NodeView node) {
        long offered = node.allocatable().get(resource);
        if (offered <= 0) {
            return 1;
        }
        long used = node.requested().get(resource) + Requests.orTypical(pod, resource);
        return Math.min(1.0, (double) used / offered);
    }
}
