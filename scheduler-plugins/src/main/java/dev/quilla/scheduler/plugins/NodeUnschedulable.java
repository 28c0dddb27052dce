package dev.quilla.scheduler.plugins;

import dev.quilla.model.selector.Tolerations;
import dev.quilla.plugin.ClusterEvent;
import dev.quilla.plugin.NodeView;
import dev.quilla.plugin.PodView;
import dev.quilla.plugin.SchedulingPolicy;
import dev.quilla.plugin.Verdict;
import java.util.Optional;

/** Keeps pods off cordoned nodes, unless they tolerate the taint that stands for the cordon. */
final class NodeUnschedulable implements SchedulingPolicy {

    private static final String TAINT = "node.kubernetes.io/unschedulable";

    @Override
    public String name() {
        return "NodeUnschedulable";
    }

    @Override
    public Verdict filter(PodView pod, NodeView node) {
        if (!node.node().spec().unschedulable()
                || Tolerations.tolerates(
                        pod.pod().spec().tolerations(), TAINT, "", Tolerations.NO_SCHEDULE)) {
            return Verdict.accept();
        }
        return Verdict.rejectForGood("node(s) were unschedulable");
    }

    @Override
    public Optional<Object> shape(PodView pod) {
        return Optional.of(pod.pod().spec().tolerations());
    }

    @Override
    public boolean mayHelp(ClusterEvent event, PodView rejected) {
        return event == ClusterEvent.NODE_ADDED || event == ClusterEvent.NODE_CHANGED;
    }
}
