package dev.quilla.apiserver.connect;

import dev.quilla.apiserver.outbound.Backend;
import dev.quilla.apiserver.outbound.Backend.Through;
import dev.quilla.apiserver.outbound.Kubelets;
import dev.quilla.apiserver.outbound.OutboundException;
import dev.quilla.apiserver.outbound.ServiceEndpoints;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.client.http.TlsMaterial;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.ContainerPort;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.Pod;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * The servers that requests for a proxy mean. All are reached through nodes: a request leads to
 * what runs there, and never to what only masters can reach.
 */
record ProxyBackends(Located located, Kubelets kubelets, ServiceEndpoints endpoints) {

    /** Programs in pods have certificates of whomever they like, as far as they have any. */
    private static final TlsMaterial ANYONE =
            new TlsMaterial(List.of(), Optional.empty(), true, "");

    /**
     * Finds the server.
     *
     * @throws ApiException if there is none
     */
    Backend find(RequestInfo info) {
        ProxyName name = ProxyName.of(info);
        try {
            return switch (info.resource()) {
                case "pods" -> pod(info, name);
                case "services" ->
                        endpoints.resolve(
                                new ObjectKey(info.namespace(), name.name()),
                                name.scheme(),
                                name.port(),
                                ANYONE);
                default -> node(info, name);
            };
        } catch (OutboundException e) {
            if (e.reason().equals("ServiceNotFound")) {
                throw ApiErrors.notFound(Resources.SERVICES.gvr().groupResource(), name.name());
            }
            throw ApiErrors.unavailable(e.getMessage());
        }
    }

    private Backend pod(RequestInfo info, ProxyName name) {
        ObjectKey key = new ObjectKey(info.namespace(), name.name());
        Pod pod = located.pod(key);
        if (pod.status().podIP().isEmpty()) {
            throw ApiErrors.unavailable("pod " + key.name() + " does not have an address yet");
        }
        int first =
                pod.spec().containers().stream()
                        .flatMap(c -> c.ports().stream())
                        .map(ContainerPort::containerPort)
                        .filter(port -> port > 0)
                        .findFirst()
                        .orElse(name.usualPort());
        return through(
                Kubelets.url(name.scheme(), pod.status().podIP(), name.number(info, first)),
                new Through(pod.spec().nodeName(), Optional.of(key)));
    }

    private Backend node(RequestInfo info, ProxyName name) throws OutboundException {
        Node node = located.node(name.name());
        int kubelet = node.status().daemonEndpoints().kubeletEndpoint().Port();
        int port = name.number(info, kubelet);
        return port == kubelet
                ? kubelets.of(node)
                : through(
                        Kubelets.url(name.scheme(), Kubelets.address(node), port),
                        new Through(node.name(), Optional.empty()));
    }

    private static Backend through(URI server, Through node) {
        return new Backend(
                List.of(new Backend.Server(server, Optional.of(node))),
                server.getRawAuthority(),
                ANYONE);
    }
}
