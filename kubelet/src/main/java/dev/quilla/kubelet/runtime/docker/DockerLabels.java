package dev.quilla.kubelet.runtime.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import dev.quilla.kubelet.runtime.PodKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What is written on containers, so that a kubelet finds its own again. Labels of the specification
 * carry a prefix, so that no pod can pass for another's.
 */
final class DockerLabels {

    static final String CLUSTER = "dev.quilla.cluster";
    static final String NODE = "dev.quilla.node";
    static final String KIND = "dev.quilla.kind";
    static final String SANDBOX_KIND = "sandbox";
    static final String CONTAINER_KIND = "container";
    static final String SANDBOX = "dev.quilla.sandbox";
    static final String ATTEMPT = "dev.quilla.attempt";
    static final String NAME = "dev.quilla.container.name";
    static final String IMAGE = "dev.quilla.image";
    static final String HOST_NETWORK = "dev.quilla.host-network";
    static final String HOST_PID = "dev.quilla.host-pid";
    static final String SHARED_PID = "dev.quilla.shared-pid";
    private static final String POD_UID = "dev.quilla.pod.uid";
    private static final String POD_NAME = "dev.quilla.pod.name";
    private static final String POD_NAMESPACE = "dev.quilla.pod.namespace";
    private static final String OWN = "dev.quilla.label/";

    private final String cluster;
    private final String node;

    DockerLabels(String cluster, String node) {
        this.cluster = cluster;
        this.node = node;
    }

    /** What every container of this node carries, and none of another. */
    Map<String, String> owner() {
        return Map.of(CLUSTER, cluster, NODE, node);
    }

    boolean owns(Map<String, String> labels) {
        return cluster.equals(labels.get(CLUSTER)) && node.equals(labels.get(NODE));
    }

    Map<String, String> of(String kind, PodKey pod, int attempt, Map<String, String> own) {
        Map<String, String> labels = new LinkedHashMap<>(owner());
        labels.put(KIND, kind);
        labels.put(POD_UID, pod.uid());
        labels.put(POD_NAME, pod.name());
        labels.put(POD_NAMESPACE, pod.namespace());
        labels.put(ATTEMPT, Integer.toString(attempt));
        own.forEach((name, value) -> labels.put(OWN + name, value));
        return labels;
    }

    /** A container's labels; the daemon gives none as nothing. */
    static Map<String, String> of(InspectContainerResponse container) {
        return Objects.requireNonNullElse(container.getConfig().getLabels(), Map.of());
    }

    static PodKey pod(Map<String, String> labels) {
        return new PodKey(
                labels.getOrDefault(POD_UID, ""),
                labels.getOrDefault(POD_NAMESPACE, ""),
                labels.getOrDefault(POD_NAME, ""));
    }

    static int attempt(Map<String, String> labels) {
        return Integer.parseInt(labels.getOrDefault(ATTEMPT, "0"));
    }

    static Map<String, String> own(Map<String, String> labels) {
        return labels.entrySet().stream()
                .filter(e -> e.getKey().startsWith(OWN))
                .collect(
                        Collectors.toMap(
                                e -> e.getKey().substring(OWN.length()), Map.Entry::getValue));
    }
}
