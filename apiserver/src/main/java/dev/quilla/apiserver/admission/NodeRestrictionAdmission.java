package dev.quilla.apiserver.admission;

import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.Struct;
import dev.quilla.model.coordination.v1.Lease;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Taint;
import dev.quilla.model.quilla.v1.Plugin;
import dev.quilla.model.quilla.v1.PluginNodeStatus;
import dev.quilla.model.storage.v1.CSINode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a node writes is about itself alone: so that one which is taken over by somebody can't draw
 * other nodes' pods to itself, nor speak for others. Which objects a node may write at all is the
 * business of {@code NodeAuthorizer}.
 */
public final class NodeRestrictionAdmission implements Admission {

    /** Labels below these names mean something to the cluster, so most are not a node's to set. */
    private static final Set<String> GUARDED = Set.of("kubernetes.io", "k8s.io");

    private static final Set<String> OWN =
            Set.of(
                    "kubernetes.io/hostname",
                    "kubernetes.io/os",
                    "kubernetes.io/arch",
                    "beta.kubernetes.io/os",
                    "beta.kubernetes.io/arch",
                    "beta.kubernetes.io/instance-type",
                    "node.kubernetes.io/instance-type",
                    "failure-domain.beta.kubernetes.io/zone",
                    "failure-domain.beta.kubernetes.io/region",
                    "topology.kubernetes.io/zone",
                    "topology.kubernetes.io/region");

    private static final Set<String> OWN_BELOW =
            Set.of("kubelet.kubernetes.io", "node.kubernetes.io");

    @Override
    public Struct admit(Request request, Struct object) {
        String node = request.call().identity().nodeName();
        if (node.isEmpty()) {
            return object;
        }
        switch (request.resource().groupResource().toString()) {
            case "nodes" -> checkNode(request, node, new Node(object));
            case "pods" -> checkPod(request, node, new Pod(object));
            case "leases.coordination.k8s.io" ->
                    checkOwn(request, node, new Lease(object).name(), "node lease");
            case "csinodes.storage.k8s.io" ->
                    checkOwn(request, node, new CSINode(object).name(), "CSINode");
            case "plugins.quilla.dev" -> checkPlugin(request, node, new Plugin(object));
            default -> {
                // A node writes nothing else that could be about another one.
            }
        }
        return object;
    }

    private static void checkNode(Request request, String node, Node object) {
        if (!object.name().equals(node)) {
            throw refused(
                    request,
                    object.name(),
                    "node \"%s\" is not allowed to modify node \"%s\""
                            .formatted(node, object.name()));
        }
        Map<String, String> before =
                request.before().map(b -> new Node(b).metadata().labels()).orElse(Map.of());
        Set<String> changed = changedLabels(before, object.metadata().labels());
        if (!changed.isEmpty()) {
            throw refused(
                    request,
                    node,
                    "is not allowed to %s labels: %s"
                            .formatted(
                                    request.before().isEmpty() ? "set the following" : "modify",
                                    String.join(", ", changed)));
        }
        if (object.spec().hasConfigSource()
                && !request.before()
                        .map(b -> new Node(b).spec().configSource())
                        .equals(Optional.of(object.spec().configSource()))) {
            throw refused(
                    request,
                    node,
                    "node \"%s\" is not allowed to %s"
                            .formatted(
                                    node,
                                    request.before().isEmpty()
                                            ? "create pods with a non-nil configSource"
                                            : "update configSource to a new non-nil configSource"));
        }
        List<Taint> taints =
                request.before()
                        .map(b -> new Node(b).spec().taints())
                        .orElse(object.spec().taints());
        if (!taints.equals(object.spec().taints())) {
            throw refused(
                    request, node, "node \"%s\" is not allowed to modify taints".formatted(node));
        }
        if (!object.metadata().ownerReferences().isEmpty()) {
            throw refused(
                    request,
                    node,
                    "node \"%s\" is not allowed to set ownerReferences".formatted(node));
        }
    }

    private static Set<String> changedLabels(Map<String, String> before, Map<String, String> now) {
        Set<String> changed = new TreeSet<>(before.keySet());
        changed.addAll(now.keySet());
        changed.removeIf(l -> isOwn(l) || Objects.equals(now.get(l), before.get(l)));
        return changed;
    }

    private static boolean isOwn(String label) {
        String domain = label.substring(0, Math.max(0, label.indexOf('/')));
        return OWN.contains(label)
                || OWN_BELOW.stream().anyMatch(d -> isIn(domain, d))
                || GUARDED.stream().noneMatch(d -> isIn(domain, d));
    }

    private static boolean isIn(String domain, String parent) {
        return domain.equals(parent) || domain.endsWith("." + parent);
    }

    private static void checkPod(Request request, String node, Pod pod) {
        Map<String, String> before =
                request.before().map(b -> new Pod(b).metadata().labels()).orElse(Map.of());
        if (!before.equals(pod.metadata().labels())) {
            throw refused(
                    request,
                    pod.name(),
                    "node \"%s\" cannot update labels through pod status".formatted(node));
        }
    }

    private static void checkOwn(Request request, String node, String name, String what) {
        if (!name.equals(node)) {
            throw refused(
                    request,
                    name,
                    "can only access %s with the same name as the requesting node".formatted(what));
        }
    }

    private static void checkPlugin(Request request, String node, Plugin plugin) {
        List<PluginNodeStatus> before =
                request.before().map(b -> others(new Plugin(b), node)).orElse(List.of());
        if (!before.equals(others(plugin, node))) {
            throw refused(
                    request,
                    plugin.name(),
                    "node \"%s\" can only report its own status of a plugin".formatted(node));
        }
    }

    private static List<PluginNodeStatus> others(Plugin plugin, String node) {
        return plugin.status().nodes().stream().filter(s -> !s.node().equals(node)).toList();
    }

    private static ApiException refused(Request request, String name, String why) {
        return ApiErrors.forbidden(request.resource().groupResource(), name, why);
    }
}
