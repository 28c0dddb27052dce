package dev.quilla.scheduler.plugins;

import dev.quilla.model.core.v1.Affinity;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodAffinityTerm;
import dev.quilla.model.core.v1.WeightedPodAffinityTerm;
import dev.quilla.model.meta.v1.LabelSelector;
import dev.quilla.model.selector.Selector;
import dev.quilla.plugin.ClusterView;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a pod says of other pods, read once.
 *
 * @param near where it has to be beside a match
 * @param far where it must not be
 * @param rather where it would like to be, or with negative weight not to be
 */
record AffinityTerms(List<Term> near, List<Term> far, List<Weighted> rather) {

    private static final AffinityTerms NONE = new AffinityTerms(List.of(), List.of(), List.of());

    /** A term that counts for so much. */
    record Weighted(Term term, long weight) {}

    static AffinityTerms of(Pod pod, ClusterView cluster) {
        if (!pod.spec().hasAffinity()) {
            return NONE;
        }
        Affinity affinity = pod.spec().affinity();
        return new AffinityTerms(
                terms(
                        affinity.podAffinity().requiredDuringSchedulingIgnoredDuringExecution(),
                        pod,
                        cluster),
                terms(
                        affinity.podAntiAffinity().requiredDuringSchedulingIgnoredDuringExecution(),
                        pod,
                        cluster),
                Stream.concat(
                                affinity
                                        .podAffinity()
                                        .preferredDuringSchedulingIgnoredDuringExecution()
                                        .stream()
                                        .map(t -> weighted(t, t.weight(), pod, cluster)),
                                affinity
                                        .podAntiAffinity()
                                        .preferredDuringSchedulingIgnoredDuringExecution()
                                        .stream()
                                        .map(t -> weighted(t, -t.weight(), pod, cluster)))
                        .toList());
    }

    private static List<Term> terms(List<PodAffinityTerm> terms, Pod pod, ClusterView cluster) {
        return terms.stream().map(t -> Term.of(t, pod, cluster)).toList();
    }

    private static Weighted weighted(
            WeightedPodAffinityTerm term, long weight, Pod pod, ClusterView cluster) {
        return new Weighted(Term.of(term.podAffinityTerm(), pod, cluster), weight);
    }

    /** Whether none of it depends on the labels of namespaces, which may change. */
    boolean lasting() {
        return Stream.of(near.stream(), far.stream(), rather.stream().map(Weighted::term))
                .flatMap(s -> s)
                .allMatch(Term::lasting);
    }

    /**
     * Which pods a term speaks of, and where.
     *
     * @param lasting whether it names its namespaces, rather than choosing them by labels
     */
    record Term(
            String topologyKey,
            Selector selector,
            Set<String> namespaces,
            boolean everyNamespace,
            boolean lasting) {

        static Term of(PodAffinityTerm term, Pod owner, ClusterView cluster) {
            Set<String> namespaces = new HashSet<>(term.namespaces());
            boolean every = false;
            if (term.hasNamespaceSelector()) {
                LabelSelector wanted = term.namespaceSelector();
                every = wanted.matchLabels().isEmpty() && wanted.matchExpressions().isEmpty();
                if (!every) {
                    addChosen(Selector.of(wanted), cluster, namespaces);
                }
            } else if (namespaces.isEmpty()) {
                namespaces.add(owner.namespace());
            }
            return new Term(
                    term.topologyKey(),
                    Selector.of(term.labelSelector()),
                    namespaces,
                    every,
                    every || !term.hasNamespaceSelector());
        }

        /** Namespaces without pods don't matter. */
        private static void addChosen(
                Selector selector, ClusterView cluster, Set<String> namespaces) {
            cluster.nodes().stream()
                    .flatMap(n -> n.pods().stream())
                    .map(p -> p.pod().namespace())
                    .distinct()
                    .filter(ns -> selector.matches(cluster.namespaceLabels(ns)))
                    .forEach(namespaces::add);
        }

        boolean matches(Pod pod) {
            return (everyNamespace || namespaces.contains(pod.namespace()))
                    && selector.matches(pod.metadata().labels());
        }
    }
}
