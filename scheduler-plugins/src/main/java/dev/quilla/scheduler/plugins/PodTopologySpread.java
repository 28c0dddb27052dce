package dev.quilla.scheduler.plugins;

import dev.quilla.model.core.v1.NodeAffinity;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Toleration;
import dev.quilla.model.core.v1.TopologySpreadConstraint;
import dev.quilla.model.meta.v1.LabelSelector;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.model.selector.NodeTerms;
import dev.quilla.model.selector.Selector;
import dev.quilla.model.selector.Tolerations;
import dev.quilla.plugin.ClusterView;
import dev.quilla.plugin.NodeView;
import dev.quilla.plugin.PodView;
import dev.quilla.plugin.SchedulingPolicy;
import dev.quilla.plugin.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Spreads pods over the values of a node label ("topology"). A pod without constraints of its own
 * is spread softly over hosts and zones, among the pods that carry the same labels.
 */
final class PodTopologySpread implements SchedulingPolicy {

    private static final String HOSTNAME = "kubernetes.io/hostname";
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String REASON = "node(s) didn't match pod topology spread constraints";

    private static final int NOT_COUNTED = -1;

    /** Labels that no two replicas of one template share. */
    private static final Set<String> OF_ONE_REPLICA =
            Set.of(
                    "statefulset.kubernetes.io/pod-name",
                    "apps.kubernetes.io/pod-index",
                    "batch.kubernetes.io/job-completion-index");

    /** What a count of a node depends on, for pods with constraints of their own. */
    private record Constrained(
            TopologySpreadConstraint constraint,
            Selector selector,
            String namespace,
            Map<String, String> nodeSelector,
            NodeAffinity affinity,
            List<Toleration> tolerations) {}

    /** The same for others. */
    private record Likeness(String namespace, Map<String, String> labels) {}

    private final NodeMemo<Integer> constrained = new NodeMemo<>(count -> true);
    private final NodeMemo<Integer> alike = new NodeMemo<>(count -> true);

    @Override
    public String name() {
        return "PodTopologySpread";
    }

    @Override
    public Judge prepare(PodView pod, ClusterView cluster) {
        List<TopologySpreadConstraint> wanted = pod.pod().spec().topologySpreadConstraints();
        List<Tally> hard = new ArrayList<>();
        List<Tally> soft = new ArrayList<>();
        for (TopologySpreadConstraint constraint : wanted) {
            Tally tally = tally(constraint, pod.pod(), cluster);
            (constraint.whenUnsatisfiable().equals("ScheduleAnyway") ? soft : hard).add(tally);
        }
        if (wanted.isEmpty()) {
            soft.addAll(likeness(pod.pod(), cluster));
        }
        return new SpreadJudge(hard, soft);
    }

    private Tally tally(TopologySpreadConstraint constraint, Pod pod, ClusterView cluster) {
        Selector selector = selector(constraint, pod);
        Constrained shape =
                new Constrained(
                        constraint,
                        selector,
                        pod.namespace(),
                        pod.spec().nodeSelector(),
                        pod.spec().affinity().nodeAffinity(),
                        pod.spec().tolerations());
        List<Integer> counts =
                constrained.of(
                        shape,
                        cluster,
                        node ->
                                counts(constraint, pod, node)
                                        ? matching(node, pod.namespace(), selector::matches)
                                        : NOT_COUNTED);
        int self = selector.matches(pod.metadata().labels()) ? 1 : 0;
        Tally tally = new Tally(constraint.topologyKey(), constraint.maxSkew(), self);
        tally.addAll(cluster, counts);
        return tally.settled(constraint.minDomains());
    }

    /**
     * Pods with all the labels that a pod has are its likes: replicas of one template. What tells
     * replicas apart is not looked at.
     */
    private List<Tally> likeness(Pod pod, ClusterView cluster) {
        Map<String, String> labels = new HashMap<>(pod.metadata().labels());
        labels.keySet().removeAll(OF_ONE_REPLICA);
        if (labels.isEmpty()) {
            return List.of();
        }
        List<Integer> counts =
                alike.of(
                        new Likeness(pod.namespace(), labels),
                        cluster,
                        node ->
                                matching(
                                        node,
                                        pod.namespace(),
                                        theirs ->
                                                theirs.entrySet().containsAll(labels.entrySet())));
        List<Tally> tallies = Stream.of(HOSTNAME, ZONE).map(k -> new Tally(k, 1, 1)).toList();
        tallies.forEach(t -> t.addAll(cluster, counts));
        return tallies.stream().map(t -> t.settled(0)).toList();
    }

    private static Selector selector(TopologySpreadConstraint constraint, Pod pod) {
        LabelSelector selector = constraint.labelSelector();
        Map<String, String> labels = new HashMap<>(selector.matchLabels());
        for (String key : constraint.matchLabelKeys()) {
            String value = pod.metadata().labels().get(key);
            if (value != null) {
                labels.put(key, value);
            }
        }
        return Selector.of(selector.toBuilder().matchLabels(labels).build());
    }

    /** By default nodes that the pod's own selector rules out don't count, tainted ones do. */
    private static boolean counts(TopologySpreadConstraint constraint, Pod pod, NodeView node) {
        if (!constraint.nodeAffinityPolicy().equals("Ignore")
                && !NodeTerms.allow(pod.spec(), node.node())) {
            return false;
        }
        return !constraint.nodeTaintsPolicy().equals("Honor")
                || node.node().spec().taints().stream()
                        .filter(t -> !t.effect().equals(Tolerations.PREFER_NO_SCHEDULE))
                        .allMatch(t -> Tolerations.tolerates(pod.spec().tolerations(), t));
    }

    private static int matching(
            NodeView node, String namespace, Predicate<Map<String, String>> labels) {
        int matching = 0;
        for (PodView other : node.pods()) {
            ObjectMeta metadata = other.pod().metadata();
            if (labels.test(metadata.labels())
                    && metadata.namespace().equals(namespace)
                    && !metadata.hasDeletionTimestamp()) {
                matching++;
            }
        }
        return matching;
    }

    private record SpreadJudge(List<Tally> hard, List<Tally> soft) implements Judge {

        @Override
        public Verdict filter(NodeView node) {
            for (Tally tally : hard) {
                String domain = node.node().metadata().labels().get(tally.topologyKey);
                if (domain == null) {
                    return Verdict.rejectForGood(REASON + " (missing required label)");
                }
                if (tally.skewWith(domain) > tally.maxSkew) {
                    return Verdict.reject(REASON);
                }
            }
            return Verdict.accept();
        }

        @Override
        public long score(NodeView node) {
            long sum = 0;
            int counted = 0;
            for (Tally tally : soft) {
                String domain = node.node().metadata().labels().get(tally.topologyKey);
                if (domain != null) {
                    sum += tally.score(domain);
                    counted++;
                }
            }
            return counted == 0 ? 0 : sum / counted;
        }
    }

    /** How many matching pods each domain of one topology holds. */
    private static final class Tally {
        private final String topologyKey;
        private final int maxSkew;
        private final int self;
        private final Map<String, Integer> pods = new HashMap<>();
        private int least;
        private int most;

        private Tally(String topologyKey, int maxSkew, int self) {
            this.topologyKey = topologyKey;
            this.maxSkew = maxSkew;
            this.self = self;
        }

        private void addAll(ClusterView cluster, List<Integer> counts) {
            int place = 0;
            for (NodeView node : cluster.nodes()) {
                int count = counts.get(place++);
                String domain = node.node().metadata().labels().get(topologyKey);
                if (count != NOT_COUNTED && domain != null) {
                    pods.merge(domain, count, Integer::sum);
                }
            }
        }

        private Tally settled(int minDomains) {
            least = pods.values().stream().mapToInt(Integer::intValue).min().orElse(0);
            most = pods.values().stream().mapToInt(Integer::intValue).max().orElse(0);
            if (pods.size() < minDomains) {
                least = 0;
            }
            return this;
        }

        int skewWith(String domain) {
            return pods.getOrDefault(domain, 0) + self - least;
        }

        long score(String domain) {
            return most == least
                    ? MAX_SCORE
                    : (most - pods.getOrDefault(domain, 0)) * MAX_SCORE / (most - least);
        }
    }
}
