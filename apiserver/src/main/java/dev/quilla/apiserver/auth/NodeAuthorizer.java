package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.core.v1.ObjectReference;
import dev.quilla.model.core.v1.PersistentVolume;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.store.View;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a node may: read its own pods and what they use, and say how it and they are. What concerns
 * every node alike is in the cluster role {@code system:node}; what a node may write into an object
 * that it may write is the business of {@code NodeRestrictionAdmission}.
 */
public final class NodeAuthorizer implements Authorizer {

    private static final Set<String> READS = Set.of("get", "list", "watch");
    private static final Set<String> MANY = Set.of("list", "watch");
    private static final Set<String> CHANGES = Set.of("get", "update", "patch");
    private static final Set<String> OWNS = Set.of("get", "update", "patch", "delete");
    private static final Set<String> NODES = Set.of("get", "list", "watch", "update", "patch");

    private final ObjectStore objects;
    private final ApiResource pods = type(Resources.PODS.gvr());
    private final ApiResource volumes = type(Resources.PERSISTENT_VOLUMES.gvr());

    /** Looks up pods there. */
    public NodeAuthorizer(ObjectStore objects) {
        this.objects = objects;
    }

    private static ApiResource type(dev.quilla.model.GroupVersionResource gvr) {
        return Schema.builtin().find(gvr).orElseThrow();
    }

    @Override
    public boolean allows(Identity who, RequestInfo what) {
        String node = who.nodeName();
        if (node.isEmpty()) {
            return false;
        }
        return switch (what.groupResource().toString()) {
            case "nodes" ->
                    !what.subresource().equals("proxy")
                            && (what.verb().equals("create")
                                    || (what.name().equals(node) && NODES.contains(what.verb())));
            case "csinodes.storage.k8s.io" -> own(node, what);
            case "leases.coordination.k8s.io" -> ownLease(node, what);
            case "pods" -> ownPod(node, what);
            case "secrets", "configmaps", "persistentvolumeclaims" ->
                    READS.contains(what.verb()) && isUsed(node, what);
            case "persistentvolumes" -> READS.contains(what.verb()) && isUsedVolume(node, what);
            case "serviceaccounts" ->
                    what.verb().equals("create")
                            && what.subresource().equals("token")
                            && isUsed(node, what);
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
        if (MANY.contains(what.verb())) {
            return what.subresource().isEmpty()
                    && what.selection()
                            .fields()
                            .exact("spec.nodeName")
                            .filter(node::equals)
                            .isPresent();
        }
        boolean possible =
                switch (what.subresource()) {
                    case "" -> what.verb().equals("get") || what.verb().equals("delete");
                    case "status" -> CHANGES.contains(what.verb());
                    case "eviction" -> what.verb().equals("create");
                    default -> false;
                };
        ObjectKey key = new ObjectKey(what.namespace(), what.name());
        return possible
                && holds(view ->
                        objects.find(view, pods, key)
                                .filter(p -> isOn(node, new Pod(p.object())))
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
        return !what.name().isEmpty() && holds(view -> isUsedVolume(view, node, what.name()));
    }

    private boolean isUsedVolume(View view, String node, String name) {
        ObjectReference claim =
                objects.find(view, volumes, ObjectKey.cluster(name))
                        .map(v -> new PersistentVolume(v.object()).spec().claimRef())
                        .orElseGet(() -> ObjectReference.builder().build());
        return !claim.name().isEmpty()
                && isUsed(view, node, "persistentvolumeclaims", claim.namespace(), claim.name());
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
