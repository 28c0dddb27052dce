package dev.quilla.scheduler.plugins;

import dev.quilla.model.core.v1.Pod;
import dev.quilla.plugin.ClusterView;
import dev.quilla.plugin.NodeView;
import dev.quilla.plugin.PodView;
import dev.quilla.scheduler.plugins.InterPodAffinity.Domain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the pods of one node have to do with a pod that is to be placed.
 *
 * @param near terms of the pod, by number, that a pod here matches
 * @param far likewise
 * @param closed places that pods here don't want to share with it
 * @param preference weights of places, for and against, by its terms and theirs
 * @param lasting whether it depends on the pod and the node only
 */
record NodeAffinities(
        Set<Integer> near,
        Set<Integer> far,
        List<Domain> closed,
        Map<Domain, Long> preference,
        boolean lasting) {

    private static final NodeAffinities NOTHING =
            new NodeAffinities(Set.of(), Set.of(), List.of(), Map.of(), true);

    static NodeAffinities of(NodeView node, Pod pod, AffinityTerms own, ClusterView cluster) {
        Map<String, String> labels = node.node().metadata().labels();
        Set<Integer> near = new TreeSet<>();
        Set<Integer> far = new TreeSet<>();
        List<Domain> closed = new ArrayList<>();
        Map<Domain, Long> preference = new HashMap<>();
        boolean lasting = own.lasting();
        for (PodView view : node.pods()) {
            Pod other = view.pod();
            addMatches(own.near(), other, near);
            addMatches(own.far(), other, far);
            weigh(own, other, labels, preference);
            // Most pods have no affinity: they must cost nothing.
            if (other.spec().hasAffinity()) {
                AffinityTerms theirs = AffinityTerms.of(other, cluster);
                lasting &= theirs.lasting();
                theirs.far().stream()
                        .filter(t -> labels.containsKey(t.topologyKey()) && t.matches(pod))
                        .forEach(t -> closed.add(domain(t, labels)));
                weigh(theirs, pod, labels, preference);
            }
        }
        NodeAffinities found = new NodeAffinities(near, far, closed, preference, lasting);
        return found.isNothing() && lasting ? NOTHING : found;
    }

    private static void addMatches(
            List<AffinityTerms.Term> terms, Pod other, Set<Integer> matched) {
        for (int i = 0; i < terms.size(); i++) {
            if (terms.get(i).matches(other)) {
                matched.add(i);
            }
        }
    }

    private static void weigh(
            AffinityTerms terms, Pod candidate, Map<String, String> labels, Map<Domain, Long> to) {
        for (AffinityTerms.Weighted weighted : terms.rather()) {
            if (labels.containsKey(weighted.term().topologyKey())
                    && weighted.term().matches(candidate)) {
                to.merge(domain(weighted.term(), labels), weighted.weight(), Long::sum);
            }
        }
    }

    private static Domain domain(AffinityTerms.Term term, Map<String, String> labels) {
        return new Domain(term.topologyKey(), labels.getOrDefault(term.topologyKey(), ""));
    }

    boolean isNothing() {
        return near.isEmpty() && far.isEmpty() && closed.isEmpty() && preference.isEmpty();
    }
}
