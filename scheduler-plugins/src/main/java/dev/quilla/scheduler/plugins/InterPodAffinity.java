package dev.quilla.scheduler.plugins;

import dev.quilla.model.core.v1.Affinity;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodAffinityTerm;
import dev.quilla.model.core.v1.WeightedPodAffinityTerm;
import dev.quilla.model.meta.v1.LabelSelector;
import dev.quilla.model.selector.Selector;
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

    @Override
    public Judge prepare(PodView pod, ClusterView cluster) {
        return new AffinityJudge(pod.pod(), cluster);
    }

    /** A place: one value of one node label. */
    private record Domain(String key, String value) {}

    private static final class AffinityJudge implements Judge {
        private final List<Wanted> near = new ArrayList<>();
        private final List<Wanted> far = new ArrayList<>();
        private final Set<Domain> closedByOthers = new HashSet<>();
        private final Map<Domain, Long> preference = new HashMap<>();
        private long best;
        private long worst;

        AffinityJudge(Pod pod, ClusterView cluster) {
            Affinity affinity = pod.spec().affinity();
            affinity.podAffinity()
                    .requiredDuringSchedulingIgnoredDuringExecution()
                    .forEach(t -> near.add(new Wanted(t, pod, cluster)));
            affinity.podAntiAffinity()
                    .requiredDuringSchedulingIgnoredDuringExecution()
                    .forEach(t -> far.add(new Wanted(t, pod, cluster)));
            for (NodeView node : cluster.nodes()) {
                for (PodView other : node.pods()) {
                    visit(node, other.pod(), pod, cluster);
                }
            }
            preference.values().forEach(this::widen);
        }

        /** Most pods have no affinity, and are asked by nobody's: they must cost nothing. */
        private void visit(NodeView node, Pod other, Pod pod, ClusterView cluster) {
            near.forEach(w -> w.visit(node, other));
            far.forEach(w -> w.visit(node, other));
            if (pod.spec().hasAffinity()) {
                weigh(pod.spec().affinity(), pod, other, node, cluster);
            }
            if (other.spec().hasAffinity()) {
                Affinity theirs = other.spec().affinity();
                keepAway(theirs, node, other, pod, cluster);
                weigh(theirs, other, pod, node, cluster);
            }
        }

        private void keepAway(
                Affinity theirs, NodeView node, Pod other, Pod pod, ClusterView cluster) {
            for (PodAffinityTerm term :
                    theirs.podAntiAffinity().requiredDuringSchedulingIgnoredDuringExecution()) {
                if (Term.of(term, other, cluster).matches(pod)) {
                    add(closedByOthers, node, term.topologyKey());
                }
            }
        }

        private void weigh(
                Affinity affinity, Pod owner, Pod candidate, NodeView node, ClusterView cluster) {
            affinity.podAffinity()
                    .preferredDuringSchedulingIgnoredDuringExecution()
                    .forEach(t -> prefer(t, owner, candidate, node, cluster, t.weight()));
            affinity.podAntiAffinity()
                    .preferredDuringSchedulingIgnoredDuringExecution()
                    .forEach(t -> prefer(t, owner, candidate, node, cluster, -t.weight()));
        }

        private void prefer(
                WeightedPodAffinityTerm weighted,
                Pod owner,
                Pod candidate,
                NodeView node,
                ClusterView cluster,
                long weight) {
            PodAffinityTerm term = weighted.podAffinityTerm();
            String value = node.node().metadata().labels().get(term.topologyKey());
            if (value != null && Term.of(term, owner, cluster).matches(candidate)) {
                preference.merge(new Domain(term.topologyKey(), value), weight, Long::sum);
            }
        }

        private void widen(long sum) {
            best = Math.max(best, sum);
            worst = Math.min(worst, sum);
        }

        @Override
        public Verdict filter(NodeView node) {
            Map<String, String> labels = node.node().metadata().labels();
            if (near.stream().anyMatch(w -> !w.allowsNear(labels))) {
                return Verdict.rejectForGood("node(s) didn't match pod affinity rules");
            }
            if (far.stream().anyMatch(w -> w.isIn(labels))) {
                return Verdict.reject("node(s) didn't match pod anti-affinity rules");
            }
            for (Domain closed : closedByOthers) {
                if (closed.value().equals(labels.get(closed.key()))) {
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
            long sum = 0;
            for (var entry : preference.entrySet()) {
                Domain domain = entry.getKey();
                if (domain.value().equals(node.node().metadata().labels().get(domain.key()))) {
                    sum += entry.getValue();
                }
            }
            return Math.clamp((sum - worst) * MAX_SCORE / (best - worst), 0, MAX_SCORE);
        }
    }

    private static void add(Set<Domain> domains, NodeView node, String topologyKey) {
        String value = node.node().metadata().labels().get(topologyKey);
        if (value != null) {
            domains.add(new Domain(topologyKey, value));
        }
    }

    /** One required term of the pod, with the domains that hold a matching pod. */
    private static final class Wanted {
        private final Term term;
        private final String topologyKey;
        private final boolean matchesItself;
        private final Set<Domain> domains = new HashSet<>();

        Wanted(PodAffinityTerm term, Pod pod, ClusterView cluster) {
            this.term = Term.of(term, pod, cluster);
            this.topologyKey = term.topologyKey();
            this.matchesItself = this.term.matches(pod);
        }

        void visit(NodeView node, Pod other) {
            if (term.matches(other)) {
                add(domains, node, topologyKey);
            }
        }

        boolean isIn(Map<String, String> labels) {
            String value = labels.get(topologyKey);
            return value != null && domains.contains(new Domain(topologyKey, value));
        }

        /**
         * The first of a group that wants to be near itself may go anywhere, else none ever runs.
         */
        boolean allowsNear(Map<String, String> labels) {
            return isIn(labels)
                    || (domains.isEmpty() && matchesItself && labels.containsKey(topologyKey));
        }
    }

    /** Which pods a term speaks of. */
    private record Term(Selector selector, Set<String> namespaces, boolean everyNamespace) {

        static Term of(PodAffinityTerm term, Pod owner, ClusterView cluster) {
            Set<String> namespaces = new HashSet<>(term.namespaces());
            boolean every = false;
            if (term.hasNamespaceSelector()) {
                LabelSelector wanted = term.namespaceSelector();
                every = wanted.matchLabels().isEmpty() && wanted.matchExpressions().isEmpty();
                Selector selector = Selector.of(wanted);
                cluster.nodes().stream()
                        .flatMap(n -> n.pods().stream())
                        .map(p -> p.pod().namespace())
                        .distinct()
                        .filter(ns -> selector.matches(cluster.namespaceLabels(ns)))
                        .forEach(namespaces::add);
            } else if (namespaces.isEmpty()) {
                namespaces.add(owner.namespace());
            }
            return new Term(Selector.of(term.labelSelector()), namespaces, every);
        }

        boolean matches(Pod pod) {
            return (everyNamespace || namespaces.contains(pod.namespace()))
                    && selector.matches(pod.metadata().labels());
        }
    }
}
