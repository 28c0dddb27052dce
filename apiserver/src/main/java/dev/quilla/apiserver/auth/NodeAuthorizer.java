package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Volume;
import java.util.HashSet;
import java.util.Set;

/**
 * What a node may: read what its own pods use, and say how it and its pods are. What concerns every
 * node alike is in the cluster role {@code system:node}.
 */
public final class NodeAuthorizer implements Authorizer {

    private final ObjectStore objects;
    private final ApiResource pods = Schema.builtin().find(Resources.PODS.gvr()).orElseThrow();

    /** Looks up pods there. */
    public NodeAuthorizer(ObjectStore objects) {
        this.objects = objects;
    }

    @Override
    public boolean allows(Identity who, RequestInfo what) {
        String node = who.nodeName();
        if (node.isEmpty() || !what.isResource() || !what.group().isEmpty()) {
            return false;
        }
        boolean reads = Set.of("get", "list", "watch").contains(what.verb());
        return switch (what.resource()) {
            case "secrets", "configmaps" -> reads && !what.name().isEmpty() && isUsed(node, what);
            case "serviceaccounts" ->
                    what.verb().equals("create")
                            && what.subresource().equals("token")
                            && isUsed(node, what);
            case "nodes" -> what.verb().equals("create") || what.name().equals(node);
            default -> false;
        };
    }

    /** Whether a pod on the node refers to the object. */
    private boolean isUsed(String node, RequestInfo what) {
        for (Struct struct : objects.list(objects.local(), pods, what.namespace())) {
            Pod pod = new Pod(struct);
            if (pod.spec().nodeName().equals(node)
                    && references(pod, what.resource()).contains(what.name())) {
                return true;
            }
        }
        return false;
    }

    private static Set<String> references(Pod pod, String resource) {
        Set<String> names = new HashSet<>();
        boolean secrets = resource.equals("secrets");
        if (resource.equals("serviceaccounts")) {
            names.add(pod.spec().serviceAccountName());
            return names;
        }
        for (Volume volume : pod.spec().volumes()) {
            names.add(secrets ? volume.secret().secretName() : volume.configMap().name());
            volume.projected()
                    .sources()
                    .forEach(s -> names.add(secrets ? s.secret().name() : s.configMap().name()));
        }
        pod.spec().containers().forEach(c -> environment(c, secrets, names));
        pod.spec().initContainers().forEach(c -> environment(c, secrets, names));
        if (secrets) {
            pod.spec().imagePullSecrets().forEach(s -> names.add(s.name()));
        }
        return names;
    }

    private static void environment(Container container, boolean secrets, Set<String> names) {
        container
                .envFrom()
                .forEach(e -> names.add(secrets ? e.secretRef().name() : e.configMapRef().name()));
        container
                .env()
                .forEach(e ->
                        names.add(
                                secrets
                                        ? e.valueFrom().secretKeyRef().name()
                                        : e.valueFrom().configMapKeyRef().name()));
    }
}
