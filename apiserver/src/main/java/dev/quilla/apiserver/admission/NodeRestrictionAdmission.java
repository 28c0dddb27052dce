package dev.quilla.apiserver.admission;

import dev.quilla.apiserver.auth.MirrorPods;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.GroupVersionResource;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Struct;
import dev.quilla.model.certificates.v1.CertificateSigningRequest;
import dev.quilla.model.coordination.v1.Lease;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.PersistentVolumeClaim;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Taint;
import dev.quilla.model.meta.v1.OwnerReference;
import dev.quilla.model.quilla.v1.Plugin;
import dev.quilla.model.quilla.v1.PluginNodeStatus;
import dev.quilla.model.storage.v1.CSINode;
import dev.quilla.pki.PkiException;
import dev.quilla.pki.SigningRequest;
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

    private static final String LEASES = "kube-node-lease";

    private static final Set<String> SIGNERS =
            Set.of("kubernetes.io/kubelet-serving", "kubernetes.io/kube-apiserver-client-kubelet");

    private final ObjectStore objects;

    /** Looks up nodes and pods there. */
    public NodeRestrictionAdmission(ObjectStore objects) {
        this.objects = objects;
    }

    @Override
    public boolean handles(Request request) {
        return request.operation() != Operation.CONNECT && request.call().identity().isNode();
    }

    @Override
    public Struct admit(Request request, Struct object) {
        String node = known(request);
        switch (request.resource().groupResource().toString()) {
            case "nodes" -> checkNode(request, node, new Node(object));
            case "pods" -> checkPod(request, node, object);
            case "persistentvolumeclaims" -> checkClaim(request, node, object);
            case "leases.coordination.k8s.io" ->
                    checkLease(request, node, new Lease(object).name());
            case "csinodes.storage.k8s.io" ->
                    checkOwn(request, node, new CSINode(object).name(), "CSINode");
            case "resourceslices.resource.k8s.io" -> checkSlice(request, node, object);
            case "certificatesigningrequests.certificates.k8s.io" ->
                    checkCertificate(request, node, new CertificateSigningRequest(object));
            case "plugins.quilla.dev" -> checkPlugin(request, node, new Plugin(object));
            default -> {
                // A node writes nothing else that could be about another one.
            }
        }
        return object;
    }

    @Override
    public void validate(Request request, Optional<Struct> object) {
        if (request.operation() != Operation.DELETE) {
            return;
        }
        String node = known(request);
        Struct before = request.before().orElseThrow();
        String name = before.text("metadata", "name");
        switch (request.resource().groupResource().toString()) {
            case "nodes" -> checkName(request, node, name);
            case "pods" -> {
                if (!isOn(node, before)) {
                    throw refused(
                            request,
                            name,
                            "node \"%s\" can only delete pods with spec.nodeName set to itself"
                                    .formatted(node));
                }
            }
            case "persistentvolumeclaims" ->
                    throw refused(request, name, "may only update PVC status");
            case "leases.coordination.k8s.io" -> checkLease(request, node, name);
            case "csinodes.storage.k8s.io" -> checkOwn(request, node, name, "CSINode");
            case "resourceslices.resource.k8s.io" -> checkSlice(request, node, before);
            default -> {
                // Roles may let nodes delete more: that is not about nodes.
            }
        }
    }

    private static String known(Request request) {
        String node = request.call().identity().nodeName();
        if (node.isEmpty()) {
            throw refused(
                    request,
                    request.call().info().name(),
                    "could not determine node from user \"%s\""
                            .formatted(request.call().identity().user()));
        }
        return node;
    }

    private static void checkName(Request request, String node, String name) {
        if (!name.equals(node)) {
            throw refused(
                    request,
                    name,
                    "node \"%s\" is not allowed to modify node \"%s\"".formatted(node, name));
        }
    }

    private static void checkNode(Request request, String node, Node object) {
        checkName(request, node, object.name());
        Map<String, String> before =
                request.before().map(b -> new Node(b).metadata().labels()).orElse(Map.of());
        Set<String> changed = changedLabels(before, object.metadata().labels());
        if (!changed.isEmpty()) {
            throw refused(
                    request,
                    node,
                    (request.before().isEmpty()
                                    ? "node \"" + node + "\" is not allowed to set the following"
                                    : "is not allowed to modify")
                            + " labels: "
                            + String.join(", ", changed));
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
        List<OwnerReference> owners =
                request.before()
                        .map(b -> new Node(b).metadata().ownerReferences())
                        .orElse(object.metadata().ownerReferences());
        if (!owners.equals(object.metadata().ownerReferences())) {
            throw refused(
                    request,
                    node,
                    "node \"%s\" is not allowed to modify ownerReferences".formatted(node));
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

    private void checkPod(Request request, String node, Struct object) {
        String name = request.call().info().name();
        switch (request.call().info().subresource()) {
            case "" -> {
                if (request.operation() != Operation.CREATE) {
                    throw refused(
                            request,
                            name,
                            "unexpected operation \"%s\", node \"%s\" can only create and delete mirror pods"
                                    .formatted(request.operation(), node));
                }
                checkMirror(request, node, new Pod(object));
            }
            case "status" -> checkStatus(request, node, object);
            case "eviction" -> {
                if (!isOn(
                        node, get(Resources.PODS.gvr(), request.call().info().namespace(), name))) {
                    throw refused(
                            request,
                            name,
                            "node %s can only evict pods with spec.nodeName set to itself"
                                    .formatted(node));
                }
            }
            default ->
                    throw refused(
                            request,
                            name,
                            "unexpected pod subresource \"%s\", only 'status' and 'eviction' are allowed"
                                    .formatted(request.call().info().subresource()));
        }
    }

    /** A pod that the node made by itself belongs to the node, and refers to nothing. */
    private void checkMirror(Request request, String node, Pod pod) {
        if (!MirrorPods.isMirror(pod)) {
            throw refused(
                    request,
                    pod.name(),
                    "pod does not have \"%s\" annotation, node \"%s\" can only create mirror pods"
                            .formatted(MirrorPods.ANNOTATION, node));
        }
        mirrorFault(node, pod)
                .ifPresent(fault -> {
                    throw refused(request, pod.name(), fault);
                });
        String uid = get(Resources.NODES.gvr(), "", node).text("metadata", "uid");
        String said = pod.metadata().ownerReferences().getFirst().uid();
        if (!said.equals(uid)) {
            throw refused(
                    request,
                    pod.name(),
                    "node %s UID mismatch: expected %s got %s".formatted(node, said, uid));
        }
        MirrorPods.reference(pod)
                .ifPresent(what -> {
                    throw refused(
                            request,
                            pod.name(),
                            "node \"%s\" can not create pods that reference %s"
                                    .formatted(node, what));
                });
    }

    private static Optional<String> mirrorFault(String node, Pod pod) {
        String itself = "node \"" + node + "\" can only create pods with ";
        if (!pod.spec().nodeName().equals(node)) {
            return Optional.of(itself + "spec.nodeName set to itself");
        }
        List<OwnerReference> owners = pod.metadata().ownerReferences();
        if (owners.size() > 1) {
            return Optional.of(itself + "a single owner reference set to itself");
        }
        if (owners.isEmpty()
                || !owners.getFirst().apiVersion().equals("v1")
                || !owners.getFirst().kind().equals("Node")
                || !owners.getFirst().name().equals(node)) {
            return Optional.of(itself + "an owner reference set to itself");
        }
        if (!owners.getFirst().controller()) {
            return Optional.of(itself + "a controller owner reference set to itself");
        }
        return owners.getFirst().blockOwnerDeletion()
                ? Optional.of(
                        "node \"%s\" must not set blockOwnerDeletion on an owner reference"
                                .formatted(node))
                : Optional.empty();
    }

    private static void checkStatus(Request request, String node, Struct object) {
        Pod before = new Pod(request.before().orElseThrow());
        Pod pod = new Pod(object);
        if (!before.spec().nodeName().equals(node)) {
            throw refused(
                    request,
                    pod.name(),
                    "node \"%s\" can only update pod status for pods with spec.nodeName set to itself"
                            .formatted(node));
        }
        changedBesides(before, pod)
                .ifPresent(what -> {
                    throw refused(
                            request,
                            pod.name(),
                            "node \"%s\" cannot update %s".formatted(node, what));
                });
    }

    private static Optional<String> changedBesides(Pod before, Pod now) {
        if (!before.metadata().labels().equals(now.metadata().labels())) {
            return Optional.of("labels through pod status");
        }
        if (!before.status().resourceClaimStatuses().equals(now.status().resourceClaimStatuses())) {
            return Optional.of("resource claim statuses");
        }
        return before.status()
                        .extendedResourceClaimStatus()
                        .equals(now.status().extendedResourceClaimStatus())
                ? Optional.empty()
                : Optional.of("extended resource claim status");
    }

    /** A node says how large a volume has become, and nothing else of its claim. */
    private static void checkClaim(Request request, String node, Struct object) {
        if (!request.call().info().subresource().equals("status")
                || request.operation() != Operation.UPDATE) {
            throw refused(request, request.call().info().name(), "may only update PVC status");
        }
        if (!otherThanSize(object).equals(otherThanSize(request.before().orElseThrow()))) {
            throw refused(
                    request,
                    request.call().info().name(),
                    "node \"%s\" is not allowed to update fields other than status.quantity and status.conditions"
                            .formatted(node));
        }
    }

    private static Struct otherThanSize(Struct claim) {
        PersistentVolumeClaim all = new PersistentVolumeClaim(claim);
        return all.toBuilder()
                .metadata(m -> m.clearResourceVersion().clearManagedFields())
                .status(s ->
                        s.clearCapacity()
                                .clearConditions()
                                .clearAllocatedResources()
                                .clearAllocatedResourceStatuses())
                .build()
                .struct();
    }

    private static void checkSlice(Request request, String node, Struct slice) {
        if (request.operation() != Operation.UPDATE && !isOn(node, slice)) {
            throw refused(
                    request,
                    slice.text("metadata", "name"),
                    "can only %s ResourceSlice with the same NodeName as the requesting node"
                            .formatted(
                                    request.operation() == Operation.CREATE ? "create" : "delete"));
        }
    }

    private static void checkCertificate(
            Request request, String node, CertificateSigningRequest wanted) {
        if (request.operation() != Operation.CREATE
                || !SIGNERS.contains(wanted.spec().signerName())) {
            return;
        }
        String user = "system:node:" + node;
        if (!commonName(request, wanted).equals(user)) {
            throw refused(request, wanted.name(), "can only create a node CSR with CN=" + user);
        }
    }

    private static String commonName(Request request, CertificateSigningRequest wanted) {
        try {
            return SigningRequest.parse(wanted.spec().request().toUtf8()).subject().commonName();
        } catch (PkiException e) {
            throw refused(request, wanted.name(), "unable to parse csr: " + e.getMessage());
        }
    }

    private static void checkLease(Request request, String node, String name) {
        if (!request.call().info().namespace().equals(LEASES)) {
            throw refused(
                    request,
                    name,
                    "can only access leases in the \"%s\" system namespace".formatted(LEASES));
        }
        checkOwn(request, node, name, "node lease");
    }

    private static boolean isOn(String node, Struct object) {
        return object.text("spec", "nodeName").equals(node);
    }

    private Struct get(GroupVersionResource type, String namespace, String name) {
        return objects.get(
                        objects.newest(),
                        Schema.builtin().find(type).orElseThrow(),
                        new ObjectKey(namespace, name))
                .object();
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
