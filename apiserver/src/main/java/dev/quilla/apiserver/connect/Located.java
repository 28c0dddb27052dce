package dev.quilla.apiserver.connect;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.Pod;

/** Pods with a node, and nodes, as they are now. */
record Located(ObjectStore objects) {

    private static final ApiResource PODS =
            Schema.builtin().find(Resources.PODS.gvr()).orElseThrow();
    private static final ApiResource NODES =
            Schema.builtin().find(Resources.NODES.gvr()).orElseThrow();

    /**
     * A pod that is bound to a node.
     *
     * @throws ApiException if there is none of that name, or it has no node yet
     */
    Pod pod(ObjectKey key) {
        Pod pod = new Pod(objects.get(objects.newest(), PODS, key).object());
        if (pod.spec().nodeName().isEmpty()) {
            throw ApiErrors.badRequest("pod " + key.name() + " does not have a host assigned");
        }
        return pod;
    }

    /**
     * A node.
     *
     * @throws ApiException if there is none of that name
     */
    Node node(String name) {
        return new Node(objects.get(objects.newest(), NODES, ObjectKey.cluster(name)).object());
    }
}
