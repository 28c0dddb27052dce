package dev.quilla.scheduler.plugins;

import dev.quilla.model.core.v1.Pod;
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
import java.util.function.Predicate;

/**
 * Spreads pods over the values of a node label ("topology"). A pod without constraints of its own
 * is spread softly over hosts and zones, among the pods that carry the same labels.
 */
final class PodTopologySpread implements SchedulingPolicy {

    private static final String HOSTNAME = "kubernetes.io/hostname";
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String REASON = "node(s) didn't match pod topology spread constraints";

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
            Tally tally = Tally.of(constraint, pod.pod(), cluster);
            (constraint.whenUnsatisfiable().equals("ScheduleAnyway") ? soft : hard).add(tally);
        }
        if (wanted.isEmpty() && !pod.pod().metadata().labels().isEmpty()) {
            soft.addAll(Tally.ofLikeness(List.of(HOSTNAME, ZONE), pod.pod(), cluster));
        }
        return new SpreadJudge(hard, soft);
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

        static Tally of(TopologySpreadConstraint constraint, Pod pod, ClusterView cluster) {
            Selector selector = selector(constraint, pod);
            int self = selector.matches(pod.metadata().labels()) ? 1 : 0;
            Tally tally = new Tally(constraint.topologyKey(), constraint.maxSkew(), self);
            for (NodeView node : cluster.nodes()) {
                if (counts(constraint, pod, node)) {
                    tally.add(node, matching(node, pod, selector::matches));
                }
            }
            return tally.settled(constraint.minDomains());
        }

        /** Pods with all the labels that a pod has are its likes: replicas of one template. */
        static List<Tally> ofLikeness(List<String> topologyKeys, Pod pod, ClusterView cluster) {
            Map<String, String> labels = pod.metadata().labels();
            List<Tally> tallies = topologyKeys.stream().map(k -> new Tally(k, 1, 1)).toList();
            for (NodeView node : cluster.nodes()) {
                int likes =
                        matching(
                                node,
                                pod,
                                theirs -> theirs.entrySet().containsAll(labels.entrySet()));
                tallies.forEach(t -> t.add(node, likes));
            }
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

        private void add(NodeView node, int matching) {
            String domain = node.node().metadata().labels().get(topologyKey);
            if (domain != null) {
                pods.merge(domain, matching, Integer::sum);
            }
        }

        private static int matching(NodeView node, Pod pod, Predicate<Map<String, String>> labels) {
            String namespace = pod.namespace();
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
