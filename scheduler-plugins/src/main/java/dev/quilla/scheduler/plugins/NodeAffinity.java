package dev.quilla.scheduler.plugins;

import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.core.v1.PreferredSchedulingTerm;
import dev.quilla.model.selector.NodeTerms;
import dev.quilla.plugin.ClusterEvent;
import dev.quilla.plugin.NodeView;
import dev.quilla.plugin.PodView;
import dev.quilla.plugin.SchedulingPolicy;
import dev.quilla.plugin.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * Node selectors and node affinity: labels that a node must have, and those that it had better
 * have.
 */
final class NodeAffinity implements SchedulingPolicy {

    @Override
    public String name() {
        return "NodeAffinity";
    }

    @Override
    public Verdict filter(PodView pod, NodeView node) {
        return NodeTerms.allow(pod.pod().spec(), node.node())
                ? Verdict.accept()
                : Verdict.rejectForGood("node(s) didn't match Pod's node affinity/selector");
    }

    @Override
    public long score(PodView pod, NodeView node) {
        List<PreferredSchedulingTerm> preferred =
                pod.pod()
                        .spec()
                        .affinity()
                        .nodeAffinity()
                        .preferredDuringSchedulingIgnoredDuringExecution();
        long total = 0;
        long met = 0;
        for (PreferredSchedulingTerm term : preferred) {
            total += term.weight();
            if (NodeTerms.matches(term.preference(), node.node())) {
                met += term.weight();
            }
        }
        return total == 0 ? 0 : met * MAX_SCORE / total;
    }

    @Override
    public Optional<Object> shape(PodView pod) {
        PodSpec spec = pod.pod().spec();
        return Optional.of(List.of(spec.nodeSelector(), spec.affinity().nodeAffinity()));
    }

    @Override
    public boolean mayHelp(ClusterEvent event, PodView rejected) {
        return event == ClusterEvent.NODE_ADDED || event == ClusterEvent.NODE_CHANGED;
    }
}
