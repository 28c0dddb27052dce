package dev.quilla.scheduler;

import dev.quilla.plugin.NodeView;
import dev.quilla.plugin.SchedulingPolicy;
import dev.quilla.plugin.SchedulingPolicy.Judge;
import dev.quilla.plugin.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The policies of a profile, asked about one pod. Those that say what they read of a pod are asked
 * once for all pods of a shape, and again only of nodes that have changed; the others see the whole
 * cluster and are asked each time. What comes out is the same as if all were asked: the first
 * policy of the profile that rejects a node is the one that counts.
 */
final class Panel {

    /** The first policy that rejects a node. */
    record Rejection(String policy, Verdict.Rejected verdict) {}

    private static final int NONE = Integer.MAX_VALUE;

    private final PolicyCalls calls;
    private final ClusterSnapshot cluster;
    private final PodInfo pod;
    private final List<Profile.Weighted> policies;
    private final int[] kept;
    private final int[] askedAnew;
    private final @Nullable Judge[] judges;
    private final ShapeMemory.Answers answers;

    Panel(
            PolicyCalls calls,
            ShapeMemory memory,
            ClusterSnapshot cluster,
            PodInfo pod,
            Profile profile) {
        this.calls = calls;
        this.cluster = cluster;
        this.pod = pod;
        this.policies = profile.policies();
        this.judges = new Judge[policies.size()];
        List<Object> shapes = new ArrayList<>();
        boolean[] hasShape = new boolean[policies.size()];
        for (int i = 0; i < hasShape.length; i++) {
            Profile.Weighted policy = policies.get(i);
            Optional<Object> shape = calls.ask(policy, () -> policy.policy().shape(pod));
            hasShape[i] = shape.isPresent();
            shape.ifPresent(shapes::add);
        }
        this.kept = IntStream.range(0, hasShape.length).filter(i -> hasShape[i]).toArray();
        this.askedAnew = IntStream.range(0, hasShape.length).filter(i -> !hasShape[i]).toArray();
        this.answers = memory.of(profile, shapes);
        answers.size(cluster.table().size());
        for (int i : askedAnew) {
            judge(i);
        }
    }

    /** Who rejects the node at a place, if anybody does. */
    @Nullable Rejection rejection(int place) {
        NodeInfo node = cluster.table().get(place);
        if (!answers.knows(place, node)) {
            askKept(place, node);
        }
        int rejectedBy = answers.rejectedBy(place);
        for (int i : askedAnew) {
            if (i > rejectedBy) {
                break;
            }
            if (verdict(i, node) instanceof Verdict.Rejected rejected) {
                return new Rejection(policies.get(i).name(), rejected);
            }
        }
        Verdict.Rejected rejected = answers.rejection(place);
        return rejected == null ? null : new Rejection(policies.get(rejectedBy).name(), rejected);
    }

    private void askKept(int place, NodeInfo node) {
        for (int i : kept) {
            if (verdict(i, node) instanceof Verdict.Rejected rejected) {
                answers.keep(place, node, i, rejected);
                return;
            }
        }
        answers.keep(place, node, NONE, null);
    }

    /** The weighted scores of the node at a place, which no policy rejects. */
    long score(int place) {
        NodeInfo node = cluster.table().get(place);
        if (!answers.hasScore(place)) {
            answers.keepScore(place, sum(kept, node));
        }
        return answers.score(place) + sum(askedAnew, node);
    }

    private long sum(int[] which, NodeView node) {
        long sum = 0;
        for (int i : which) {
            Profile.Weighted policy = policies.get(i);
            if (policy.weight() != 0) {
                Judge judge = judge(i);
                long score = calls.ask(policy, () -> judge.score(node));
                sum += policy.weight() * Math.clamp(score, 0, SchedulingPolicy.MAX_SCORE);
            }
        }
        return sum;
    }

    private Verdict verdict(int i, NodeView node) {
        Judge judge = judge(i);
        return calls.ask(policies.get(i), () -> judge.filter(node));
    }

    /** Policies whose answers are all known need not look at the cluster. */
    private Judge judge(int i) {
        Judge judge = judges[i];
        if (judge == null) {
            Profile.Weighted policy = policies.get(i);
            judge = calls.ask(policy, () -> policy.policy().prepare(pod, cluster));
            judges[i] = judge;
        }
        return judge;
    }
}
