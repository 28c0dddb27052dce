package dev.quilla.scheduler.plugins;

import dev.quilla.model.core.v1.Taint;
import dev.quilla.model.core.v1.Toleration;
import dev.quilla.model.selector.Tolerations;
import dev.quilla.plugin.ClusterEvent;
import dev.quilla.plugin.NodeView;
import dev.quilla.plugin.PodView;
import dev.quilla.plugin.SchedulingPolicy;
import dev.quilla.plugin.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * Keeps pods off nodes whose taints they don't tolerate, and prefers nodes with fewer soft ones.
 */
final class TaintToleration implements SchedulingPolicy {

    private static final long SCORE_PER_TAINT = 20;

    @Override
    public String name() {
        return "TaintToleration";
    }

    @Override
    public Verdict filter(PodView pod, NodeView node) {
        List<Toleration> tolerations = pod.pod().spec().tolerations();
        for (Taint taint : node.node().spec().taints()) {
            if (repels(taint) && !Tolerations.tolerates(tolerations, taint)) {
                return Verdict.rejectForGood(
                        "node(s) had untolerated taint {%s: %s}"
                                .formatted(taint.key(), taint.value()));
            }
        }
        return Verdict.accept();
    }

    @Override
    public long score(PodView pod, NodeView node) {
        List<Toleration> tolerations = pod.pod().spec().tolerations();
        long unwanted =
                node.node().spec().taints().stream()
                        .filter(t -> t.effect().equals(Tolerations.PREFER_NO_SCHEDULE))
                        .filter(t -> !Tolerations.tolerates(tolerations, t))
                        .count();
        return Math.max(0, MAX_SCORE - unwanted * SCORE_PER_TAINT);
    }

    @Override
    public Optional<Object> shape(PodView pod) {
        return Optional.of(pod.pod().spec().tolerations());
    }

    @Override
    public boolean mayHelp(ClusterEvent event, PodView rejected) {
        return event == ClusterEvent.NODE_ADDED || event == ClusterEvent.NODE_CHANGED;
    }

    private static boolean repels(Taint taint) {
        return taint.effect().equals(Tolerations.NO_SCHEDULE)
                || taint.effect().equals(Tolerations.NO_EXECUTE);
    }
}
