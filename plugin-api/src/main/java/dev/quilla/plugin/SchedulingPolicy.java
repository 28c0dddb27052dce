package dev.quilla.plugin;

import java.util.Optional;

/**
 * One opinion on where a pod should run: which nodes it may not use ({@link #filter}) and which it
 * would rather use ({@link #score}). A node is used only when no policy of the profile rejects it.
 *
 * <p>Implementations are pure and thread-safe: the same pod and node give the same answer, and
 * nothing waits. The interface follows the filter and score extension points of Kubernetes'
 * scheduling framework (KEP-624).
 */
public interface SchedulingPolicy {

    /** The highest score; {@link #score} answers are clamped to {@code 0..MAX_SCORE}. */
    long MAX_SCORE = 100;

    /** The name by which profiles refer to this policy; unique in a cluster. */
    String name();

    /** May the pod run on this node? Called for each candidate node. */
    default Verdict filter(PodView pod, NodeView node) {
        return Verdict.accept();
    }

    /**
     * How much the pod would like this node, {@code 0..MAX_SCORE}; nodes that passed all filters.
     */
    default long score(PodView pod, NodeView node) {
        return 0;
    }

    /**
     * Looks at the pod and the whole cluster once, before any node is judged. Policies that weigh
     * nodes against each other (spreading, affinity between pods) compute their tables here; the
     * others need not override it.
     */
    default Judge prepare(PodView pod, ClusterView cluster) {
        return new Judge() {
            @Override
            public Verdict filter(NodeView node) {
                return SchedulingPolicy.this.filter(pod, node);
            }

            @Override
            public long score(NodeView node) {
                return SchedulingPolicy.this.score(pod, node);
            }
        };
    }

    /**
     * All that this policy reads of a pod, as a value with {@code equals}: pods of one shape get
     * one answer per node, which the scheduler reuses until the node changes. Empty (the default)
     * means that answers must not be reused.
     */
    default Optional<Object> shape(PodView pod) {
        return Optional.empty();
    }

    /**
     * Could what happened make room for a pod that this policy rejected? {@code true} (the default)
     * costs only a needless try.
     */
    default boolean mayHelp(ClusterEvent event, PodView rejected) {
        return true;
    }

    /** A policy that has seen the pod and the cluster, and judges nodes. Used by one thread. */
    interface Judge {

        /** May the pod run on this node? */
        Verdict filter(NodeView node);

        /** How much the pod would like this node, {@code 0..MAX_SCORE}. */
        long score(NodeView node);
    }
}
