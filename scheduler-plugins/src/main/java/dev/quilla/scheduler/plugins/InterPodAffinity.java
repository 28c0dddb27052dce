package dev.quilla.scheduler.plugins;

import dev.quilla.model.core.v1.Affinity;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodAffinity;
import dev.quilla.model.core.v1.PodAntiAffinity;
import dev.quilla.plugin.ClusterView;
import dev.quilla.plugin.NodeView;
import dev.quilla.plugin.PodView;
import dev.quilla.plugin.SchedulingPolicy;
import dev.quilla.plugin.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Pods that want to be near other pods, or far from them. */
final class InterPodAffinity implements SchedulingPolicy {

    @Override
    public String name() {
        return "InterPodAffinity";
    }

    /** What an answer of a node's pods depends on but for the node. */
    private record Shape(
            String namespace, Map<String, String> labels, PodAffinity near, PodAntiAffinity far) {}

    private final NodeMemo<NodeAffinities> memo = new NodeMemo<>(NodeAffinities::lasting);

    @Override
    public Judge prepare(PodView pod, ClusterView cluster) {
        Pod own = pod.pod();
        Affinity affinity = own.spec().affinity();
        Shape shape =
                new Shape(
                        own.namespace(),
                        own.metadata().labels(),
                        affinity.podAffinity(),
                        affinity.podAntiAffinity());
        AffinityTerms terms = AffinityTerms.of(own, cluster);
        List<NodeAffinities> byNode =
                memo.of(shape, cluster, node -> NodeAffinities.of(node, own, terms, cluster));
        return new AffinityJudge(own, terms, byNode, cluster);
    }

    /** A place: one value of one node label. */
    record Domain(String key, String value) {}

    private static final class AffinityJudge implements Judge {
        private final List<Wanted> near = new ArrayList<>();
        private final List<Wanted> far = new ArrayList<>();
        private final Map<String, Set<String>> closedByOthers = new HashMap<>();
        private final Map<String, Map<String, Long>> preference = new HashMap<>();
        private long best;
        private long worst;

        AffinityJudge(
                Pod pod, AffinityTerms terms, List<NodeAffinities> byNode, ClusterView cluster) {
            terms.near().forEach(t -> near.add(new Wanted(t, t.matches(pod))));
            terms.far().forEach(t -> far.add(new Wanted(t, t.matches(pod))));
            int place = 0;
            for (NodeView node : cluster.nodes()) {
                NodeAffinities its = byNode.get(place++);
                if (!its.isNothing()) {
                    add(its, node.node().metadata().labels());
                }
            }
            preference.values().forEach(sums -> sums.values().forEach(this::widen));
        }

        private void add(NodeAffinities its, Map<String, String> labels) {
            its.near().forEach(i -> near.get(i).add(labels));
            its.far().forEach(i -> far.get(i).add(labels));
            its.closed()
                    .forEach(d ->
                            closedByOthers
                                    .computeIfAbsent(d.key(), k -> new HashSet<>())
                                    .add(d.value()));
            its.preference()
                    .forEach((d, weight) ->
                            preference
                                    .computeIfAbsent(d.key(), k -> new HashMap<>())
                                    .merge(d.value(), weight, Long::sum));
        }

        private void widen(long sum) {
            best = Math.max(best, sum);
            worst = Math.min(worst, sum);
        }

        @Override
        public Verdict filter(NodeView node) {
            if (near.isEmpty() && far.isEmpty() && closedByOthers.isEmpty()) {
                return Verdict.accept();
            }
            Map<String, String> labels = node.node().metadata().labels();
            if (near.stream().anyMatch(w -> !w.allowsNear(labels))) {
                return Verdict.rejectForGood("node(s) didn't match pod affinity rules");
            }
            if (far.stream().anyMatch(w -> w.isIn(labels))) {
                return Verdict.reject("node(s) didn't match pod anti-affinity rules");
            }
            for (var closed : closedByOthers.entrySet()) {
                String value = labels.get(closed.getKey());
                if (value != null && closed.getValue().contains(value)) {
                    return Verdict.reject(
                            "node(s) didn't satisfy existing pods anti-affinity rules");
                }
            }
            return Verdict.accept();
        }

        @Override
        public long score(NodeView node) {
            if (best == worst) {
                return 0;
            }
            Map<String, String> labels = node.node().metadata().labels();
            long sum = 0;
            for (var entry : preference.entrySet()) {
                String value = labels.get(entry.getKey());
                sum += value == null ? 0 : entry.getValue().getOrDefault(value, 0L);
            }
            return Math.clamp((sum - worst) * MAX_SCORE / (best - worst), 0, MAX_SCORE);
        }
    }

    /** One required term of the pod, with the domains that hold a matching pod. */
    private static final class Wanted {
        private final String topologyKey;
        private final boolean matchesItself;
        private final Set<String> domains = new HashSet<>();

        Wanted(AffinityTerms.Term term, boolean matchesItself) {
            this.topologyKey = term.topologyKey();
            this.matchesItself = matchesItself;
        }

        void add(Map<String, String> labels) {
            String value = labels.get(topologyKey);
            if (value != null) {
                domains.add(value);
            }
        }

        boolean isIn(Map<String, String> labels) {
            String value = labels.get(topologyKey);
            return value != null && domains.contains(value);
        }

        /**
         * The first of a group that wants to be near itself may go anywhere, else none ever runs.
         */
        boolean allowsNear(Map<String, String> labels) {
            return isIn(labels)
                    || (domains.isEmpty() && matchesItself && labels.containsKey(topologyKey));
        }
    }
}
