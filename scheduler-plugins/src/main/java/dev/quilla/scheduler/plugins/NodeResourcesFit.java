package dev.quilla.scheduler.plugins;

import dev.quilla.plugin.Amounts;
import dev.quilla.plugin.ClusterEvent;
import dev.quilla.plugin.NodeView;
import dev.quilla.plugin.PodView;
import dev.quilla.plugin.SchedulingPolicy;
import dev.quilla.plugin.Verdict;
import java.util.Optional;
import java.util.TreeMap;

/** Places a pod only where what it requests is free, and rather where more stays free. */
final class NodeResourcesFit implements SchedulingPolicy {

    private static final String PODS = "pods";

    @Override
    public String name() {
        return "NodeResourcesFit";
    }

    @Override
    public Verdict filter(PodView pod, NodeView node) {
        Amounts offered = node.allocatable();
        if (node.pods().size() + 1 > offered.get(PODS)) {
            return Verdict.reject("Too many pods");
        }
        Amounts used = node.requested();
        // In name order, so that pods that lack two things are counted under the same reason.
        for (var wanted : new TreeMap<>(pod.requests().values()).entrySet()) {
            String resource = wanted.getKey();
            long amount = wanted.getValue();
            if (amount > 0 && amount > offered.get(resource) - used.get(resource)) {
                String reason = "Insufficient " + resource;
                // No eviction makes a node larger than it is.
                return amount > offered.get(resource)
                        ? Verdict.rejectForGood(reason)
                        : Verdict.reject(reason);
            }
        }
        return Verdict.accept();
    }

    @Override
    public long score(PodView pod, NodeView node) {
        return (freeShare("cpu", pod, node) + freeShare("memory", pod, node)) / 2;
    }

    @Override
    public Optional<Object> shape(PodView pod) {
        return Optional.of(pod.requests());
    }

    @Override
    public boolean mayHelp(ClusterEvent event, PodView rejected) {
        return event == ClusterEvent.NODE_ADDED
                || event == ClusterEvent.NODE_CHANGED
                || event == ClusterEvent.POD_GONE;
    }

    private static long freeShare(String resource, PodView pod, NodeView node) {
        long offered = node.allocatable().get(resource);
        if (offered <= 0) {
            return 0;
        }
        long used = node.requested().get(resource) + Requests.orTypical(pod, resource);
        return Math.max(0, (offered - used) * MAX_SCORE / offered);
    }
}
