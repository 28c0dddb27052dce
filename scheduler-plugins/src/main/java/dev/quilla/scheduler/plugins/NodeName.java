package dev.quilla.scheduler.plugins;

import dev.quilla.plugin.ClusterEvent;
import dev.quilla.plugin.NodeView;
import dev.quilla.plugin.PodView;
import dev.quilla.plugin.SchedulingPolicy;
import dev.quilla.plugin.Verdict;
import java.util.Optional;

/** Honours a node that the pod names itself. */
final class NodeName implements SchedulingPolicy {

    @Override
    public String name() {
        return "NodeName";
    }

    @Override
    public Verdict filter(PodView pod, NodeView node) {
        String wanted = pod.pod().spec().nodeName();
        return wanted.isEmpty() || wanted.equals(node.name())
                ? Verdict.accept()
                : Verdict.rejectForGood("node(s) didn't match the requested node name");
    }

    @Override
    public Optional<Object> shape(PodView pod) {
        return Optional.of(pod.pod().spec().nodeName());
    }

    @Override
    public boolean mayHelp(ClusterEvent event, PodView rejected) {
        return event == ClusterEvent.NODE_ADDED;
    }
}
