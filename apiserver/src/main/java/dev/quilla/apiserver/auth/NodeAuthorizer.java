package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.model.GroupVersionResource;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.ObjectReference;
import dev.quilla.model.core.v1.PersistentVolume;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.store.View;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a node may: read its own pods and what they use, and say how it and they are. What concerns
 * every node alike is in the cluster role {@code system:node}. Where the answer lies in an object
 * that is written or deleted, {@code NodeRestrictionAdmission} gives it: so that a pod that is gone
 * is not found, instead of being forbidden, which kubelets take for something else.
 */
public final class NodeAuthorizer implements Authorizer {

    private static final Set<String> READS = Set.of("get", "list", "watch");
    private static final Set<String> MANY = Set.of("list", "watch", "deletecollection");
    private static final Set<String> CHANGES = Set.of("update", "patch");
    private static final Set<String> WRITES = Set.of("create", "update", "patch");
    private static final Set<String> OWNS = Set.of("get", "update", "patch", "delete");
    private static final String NODE_NAME = "spec.nodeName";

    private final ObjectStore objects;
    private final ApiResource pods = type(Resources.PODS.gvr());
    private final ApiResource volumes = type(Resources.PERSISTENT_VOLUMES.gvr());
    private final ApiResource attachments = type(Resources.VOLUME_ATTACHMENTS.gvr());
    private final ApiResource slices = type(Resources.RESOURCE_SLICES.gvr());

    private final SecretUsers users;

    /** Looks up there what pods use. */
    public NodeAuthorizer(ObjectStore objects) {
        this.objects = objects;
        this.users = new SecretUsers(objects, volumes);
    }

    private static ApiResource type(GroupVersionResource gvr) {
        return Schema.builtin().find(gvr).orElseThrow();
    }

    @Override
    public boolean allows(Identity who, RequestInfo what) {
        String node = who.nodeName();
        if (node.isEmpty()) {
            return false;
        }
        return switch (what.groupResource().toString()) {
            case "nodes" -> ownNode(node, what);
            case "csinodes.storage.k8s.io" -> what.subresource().isEmpty() && own(node, what);
            case "leases.coordination.k8s.io" -> ownLease(node, what);
            case "pods" -> ownPod(node, what);
            case "secrets" ->
                    reads(what) && (isUsed(node, what) || isSecretOfUsedVolume(node, what));
            case "configmaps" -> reads(what) && isUsed(node, what);
            case "persistentvolumeclaims" ->
                    (gets(what) || changesStatus(what)) && isUsed(node, what);
            case "persistentvolumes" -> gets(what) && isUsedVolume(node, what);
            case "resourceclaims.resource.k8s.io" -> gets(what) && isUsed(node, what);
            case "resourceslices.resource.k8s.io" -> ownSlice(node, what);
            case "volumeattachments.storage.k8s.io" ->
                    gets(what) && isFor(node, attachments, ObjectKey.cluster(what.name()));
            case "serviceaccounts" -> (gets(what) || isForToken(what)) && isUsed(node, what);
            default -> false;
        };
    }

    private static boolean gets(RequestInfo what) {
        return what.subresource().isEmpty() && what.verb().equals("get");
    }

    /** The one object of a name, which may be watched too, in a namespace. */
    private static boolean reads(RequestInfo what) {
        return what.subresource().isEmpty()
                && READS.contains(what.verb())
                && !what.namespace().isEmpty();
    }

    private static boolean changesStatus(RequestInfo what) {
        return what.subresource().equals("status") && CHANGES.contains(what.verb());
    }

    private static boolean isForToken(RequestInfo what) {
        return what.subresource().equals("token") && what.verb().equals("create");
    }

    private static boolean ownNode(String node, RequestInfo what) {
        return switch (what.subresource()) {
            case "" ->
                    WRITES.contains(what.verb())
                            || (what.name().equals(node) && READS.contains(what.verb()));
            case "status" -> CHANGES.contains(what.verb());
            default -> false;
        };
    }

    private static boolean ownLease(String node, RequestInfo what) {
        return what.namespace().equals("kube-node-lease") && own(node, what);
    }

    /**
     * An object of the node's own name. That of a new one is in its body: admission looks there.
     */
    private static boolean own(String node, RequestInfo what) {
        return what.verb().equals("create")
                || (what.name().equals(node) && OWNS.contains(what.verb()));
    }

    private boolean ownPod(String node, RequestInfo what) {
        return switch (what.subresource()) {
            case "" ->
                    switch (what.verb()) {
                        case "create", "delete" -> true;
                        case "list", "watch" -> selects(node, what) || isOwnPod(node, what);
                        case "get" -> isOwnPod(node, what);
                        default -> false;
                    };
            case "status" -> CHANGES.contains(what.verb());
            case "eviction" -> what.verb().equals("create");
            default -> false;
        };
    }

    private boolean isOwnPod(String node, RequestInfo what) {
        return isFor(node, pods, new ObjectKey(what.namespace(), what.name()));
    }

    private boolean ownSlice(String node, RequestInfo what) {
        if (!what.subresource().isEmpty()) {
            return false;
        }
        if (MANY.contains(what.verb())) {
            return selects(node, what);
        }
        return what.verb().equals("create")
                || (OWNS.contains(what.verb())
                        && isFor(node, slices, ObjectKey.cluster(what.name())));
    }

    /** Whether it is about objects of the node alone. */
    private static boolean selects(String node, RequestInfo what) {
        return what.selection().fields().exact(NODE_NAME).filter(node::equals).isPresent();
    }

    /** Whether an object says that it belongs to the node. */
    private boolean isFor(String node, ApiResource type, ObjectKey key) {
        return !key.name().isEmpty()
                && holds(view ->
                        objects.find(view, type, key)
                                .filter(o -> o.object().text("spec", "nodeName").equals(node))
                                .isPresent());
    }

    /** Whether a pod on the node refers to the object. */
    private boolean isUsed(String node, RequestInfo what) {
        return !what.name().isEmpty()
                && holds(
                        view -> isUsed(view, node, what.resource(), what.namespace(), what.name()));
    }

    private boolean isUsed(View view, String node, String resource, String namespace, String name) {
        return objects.list(view, pods, namespace).stream()
                .map(Pod::new)
                .anyMatch(p -> isOn(node, p) && PodReferences.of(p).names(resource).contains(name));
    }

    private boolean isUsedVolume(String node, RequestInfo what) {
        return !what.name().isEmpty()
                && holds(view ->
                        objects.find(view, volumes, ObjectKey.cluster(what.name()))
                                .filter(v -> isUsed(view, node, v.object()))
                                .isPresent());
    }

    private boolean isSecretOfUsedVolume(String node, RequestInfo what) {
        ObjectKey secret = new ObjectKey(what.namespace(), what.name());
        return !what.name().isEmpty()
                && holds(view ->
                        users.claims(secret).stream().anyMatch(claim -> isUsed(view, node, claim)));
    }

    private boolean isUsed(View view, String node, Struct volume) {
        ObjectReference claim = new PersistentVolume(volume).spec().claimRef();
        return !claim.name().isEmpty()
                && isUsed(view, node, new ObjectKey(claim.namespace(), claim.name()));
    }

    private boolean isUsed(View view, String node, ObjectKey claim) {
        return isUsed(view, node, "persistentvolumeclaims", claim.namespace(), claim.name());
    }

    private static boolean isOn(String node, Pod pod) {
        return pod.spec().nodeName().equals(node);
    }

    /**
     * A node may know of a pod from another master before this one does: then the newest counts.
     */
    private boolean holds(Predicate<View> condition) {
        return condition.test(objects.local()) || condition.test(objects.newest());
    }
}
