package dev.quilla.controller.workload;

import dev.quilla.model.core.v1.NodeSelectorRequirement;
import dev.quilla.model.core.v1.NodeSelectorTerm;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.core.v1.Toleration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How a daemon's pods differ from their template: each is for one node, and stays on it. Pure. */
final class DaemonPods {

    private static final String PREFIX = "node.kubernetes.io/";

    private DaemonPods() {}

    /** The template that a pod was made of; empty if it does not say. */
    static String hash(Pod pod) {
        return pod.metadata().labels().getOrDefault(TemplateHistory.HASH, "");
    }

    /** A pod of a template for one node; the scheduler still decides whether it fits there. */
    static Pod onNode(Pod pod, String node, String hash) {
        NodeSelectorRequirement name =
                NodeSelectorRequirement.builder()
                        .key("metadata.name")
                        .operator("In")
                        .values(List.of(node))
                        .build();
        NodeSelectorTerm only = NodeSelectorTerm.builder().matchFields(List.of(name)).build();
        Map<String, String> labels = new HashMap<>(pod.metadata().labels());
        labels.put(TemplateHistory.HASH, hash);
        return pod.toBuilder()
                .metadata(m -> m.labels(labels))
                .spec(s ->
                        s.tolerations(tolerations(pod.spec()))
                                .affinity(a ->
                                        a.nodeAffinity(n ->
                                                n.requiredDuringSchedulingIgnoredDuringExecution(
                                                        r -> r.nodeSelectorTerms(List.of(only))))))
                .build();
    }

    /** A daemon runs while its node is in trouble: that is often when it is needed. */
    static List<Toleration> tolerations(PodSpec spec) {
        List<Toleration> all = new ArrayList<>(spec.tolerations());
        all.add(toleration("not-ready", "NoExecute"));
        all.add(toleration("unreachable", "NoExecute"));
        all.add(toleration("disk-pressure", "NoSchedule"));
        all.add(toleration("memory-pressure", "NoSchedule"));
        all.add(toleration("pid-pressure", "NoSchedule"));
        all.add(toleration("unschedulable", "NoSchedule"));
        if (spec.hostNetwork()) {
            all.add(toleration("network-unavailable", "NoSchedule"));
        }
        return all;
    }

    private static Toleration toleration(String key, String effect) {
        return Toleration.builder().key(PREFIX + key).operator("Exists").effect(effect).build();
    }
}
