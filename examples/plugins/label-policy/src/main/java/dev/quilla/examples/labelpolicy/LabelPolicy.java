package dev.quilla.examples.labelpolicy;

import dev.quilla.plugin.ClusterEvent;
import dev.quilla.plugin.NodeView;
import dev.quilla.plugin.PodView;
import dev.quilla.plugin.SchedulingPolicy;
import dev.quilla.plugin.Verdict;
import java.util.Map;
import java.util.Optional;

/**
 * Nodes without the label are not used; those with the preferred value are used first.
 *
 * @param label which label nodes need
 * @param preferred its best value
 */
record LabelPolicy(String label, String preferred) implements SchedulingPolicy {

    @Override
    public String name() {
        return "node-label";
    }

    /** Evicting pods gives a node no label, so the rejection is for good. */
    @Override
    public Verdict filter(PodView pod, NodeView node) {
        return labels(node).containsKey(label)
                ? Verdict.accept()
                : Verdict.rejectForGood("node(s) without the label " + label);
    }

    @Override
    public long score(PodView pod, NodeView node) {
        return preferred.equals(labels(node).get(label)) ? MAX_SCORE : 0;
    }

    /** The answer depends on the node alone: all pods are of one shape. */
    @Override
    public Optional<Object> shape(PodView pod) {
        return Optional.of(this);
    }

    @Override
    public boolean mayHelp(ClusterEvent event, PodView rejected) {
        return event == ClusterEvent.NODE_ADDED || event == ClusterEvent.NODE_CHANGED;
    }

    private static Map<String, String> labels(NodeView node) {
        return node.node().metadata().labels();
    }
}
