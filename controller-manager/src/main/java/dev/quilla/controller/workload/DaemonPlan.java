package dev.quilla.controller.workload;

import dev.quilla.controller.Pods;
import dev.quilla.model.IntOrString;
import dev.quilla.model.apps.v1.DaemonSet;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.NodeSelectorTerm;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Taint;
import dev.quilla.model.selector.NodeTerms;
import dev.quilla.model.selector.Tolerations;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Which pods a daemon set needs next, and which have to go. Pure.
 *
 * @param create nodes that lack their pod
 * @param delete pods that are wrong, surplus, failed or out of date
 * @param wanted how many nodes should have a pod
 * @param misplaced how many have one and should not
 */
record DaemonPlan(List<String> create, List<Pod> delete, int wanted, int misplaced) {

    private static final Comparator<Pod> BY_AGE =
            Comparator.comparing((Pod p) -> p.spec().nodeName().isEmpty())
                    .thenComparing(p -> p.metadata().creationTimestamp().orElse(Instant.EPOCH))
                    .thenComparing(Pod::name);

    static DaemonPlan of(
            DaemonSet set, Collection<Node> nodes, List<Pod> pods, String hash, Instant now) {
        List<String> create = new ArrayList<>();
        List<Pod> delete = new ArrayList<>();
        List<Pod> kept = new ArrayList<>();
        int wanted = 0;
        int misplaced = 0;
        for (Node node : nodes.stream().sorted(Comparator.comparing(Node::name)).toList()) {
            List<Pod> its = pods.stream().filter(p -> nodeOf(p).equals(node.name())).toList();
            List<Pod> live = its.stream().filter(Pods::isActive).sorted(BY_AGE).toList();
            its.stream()
                    .filter(p -> Pods.isOver(p) && !p.metadata().hasDeletionTimestamp())
                    .forEach(delete::add);
            boolean should = shouldRun(set, node, live.isEmpty());
            wanted += should ? 1 : 0;
            misplaced += !should && !live.isEmpty() ? 1 : 0;
            if (!should) {
                delete.addAll(live);
            } else if (!live.isEmpty()) {
                kept.add(live.getFirst());
                delete.addAll(live.subList(1, live.size()));
            } else if (its.isEmpty()) {
                create.add(node.name()); // One that is on its way out is waited for.
            }
        }
        delete.addAll(outdated(set, kept, wanted, hash, now));
        return new DaemonPlan(create, delete, wanted, misplaced);
    }

    /** Pods that no longer fit leave; a node that only refuses new pods keeps its own. */
    private static boolean shouldRun(DaemonSet set, Node node, boolean isNew) {
        var spec = set.spec().template().spec();
        if (!NodeTerms.allow(spec, node)) {
            return false;
        }
        var tolerations = DaemonPods.tolerations(spec);
        for (Taint taint : node.spec().taints()) {
            boolean repels =
                    taint.effect().equals(Tolerations.NO_EXECUTE)
                            || (isNew && taint.effect().equals(Tolerations.NO_SCHEDULE));
            if (repels && !Tolerations.tolerates(tolerations, taint)) {
                return false;
            }
        }
        return true;
    }

    /** Those of another template that can be replaced now: useless ones first, then a few. */
    private static List<Pod> outdated(
            DaemonSet set, List<Pod> kept, int wanted, String hash, Instant now) {
        if (set.spec().updateStrategy().type().equals("OnDelete")) {
            return List.of();
        }
        int minReady = set.spec().minReadySeconds();
        int unavailableMax =
                Math.max(
                        1,
                        set.spec()
                                .updateStrategy()
                                .rollingUpdate()
                                .maxUnavailable()
                                .orElse(IntOrString.of(1))
                                .scaled(wanted, true));
        long available = kept.stream().filter(p -> Pods.isAvailable(p, minReady, now)).count();
        long budget = unavailableMax - (wanted - available);
        List<Pod> delete = new ArrayList<>();
        for (Pod pod : kept) {
            boolean current = hash.equals(DaemonPods.hash(pod));
            boolean serves = Pods.isAvailable(pod, minReady, now);
            if (!current && (!serves || budget-- > 0)) {
                delete.add(pod);
            }
        }
        return delete;
    }

    /** The node that a pod is on or waits for. */
    static String nodeOf(Pod pod) {
        if (!pod.spec().nodeName().isEmpty()) {
            return pod.spec().nodeName();
        }
        return pod
                .spec()
                .affinity()
                .nodeAffinity()
                .requiredDuringSchedulingIgnoredDuringExecution()
                .nodeSelectorTerms()
                .stream()
                .map(NodeSelectorTerm::matchFields)
                .flatMap(List::stream)
                .flatMap(r -> r.values().stream())
                .findFirst()
                .orElse("");
    }
}
