package dev.quilla.apiserver.connect;

import dev.quilla.apiserver.outbound.Forwarder;
import dev.quilla.apiserver.outbound.Kubelets;
import dev.quilla.apiserver.outbound.Onward;
import dev.quilla.apiserver.outbound.OutboundException;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.client.TransportException;
import dev.quilla.http.HttpExchange;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.EphemeralContainer;
import dev.quilla.model.core.v1.Pod;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Logs, exec, attach and port-forward, for the kubelet of the pod's node. */
record PodStreams(Located located, Kubelets kubelets, Forwarder forwarder) {

    private static final Set<String> SUBRESOURCES = Set.of("log", "exec", "attach", "portforward");

    boolean handles(RequestInfo info) {
        return info.group().isEmpty()
                && info.resource().equals("pods")
                && SUBRESOURCES.contains(info.subresource());
    }

    int connect(HttpExchange exchange, RequestInfo info) throws IOException {
        ObjectKey key = new ObjectKey(info.namespace(), info.name());
        Pod pod = located.pod(key);
        String path =
                switch (info.subresource()) {
                    case "log" -> "/containerLogs/" + key + "/" + container(exchange, pod);
                    case "exec" -> "/exec/" + key + "/" + container(exchange, pod);
                    case "attach" -> "/attach/" + key + "/" + container(exchange, pod);
                    default -> "/portForward/" + key;
                };
        String node = pod.spec().nodeName();
        Onward onward =
                new Onward(
                        path + RequestHeaders.query(exchange),
                        RequestHeaders.withoutIdentity(exchange.headers()),
                        Duration.ZERO,
                        UnaryOperator.identity(),
                        Onward.Refusals.OF_THIS_API);
        try {
            return forwarder.forward(exchange, kubelets.of(located.node(node)), onward);
        } catch (OutboundException | TransportException e) {
            throw ApiErrors.passedOn(
                    502, "the kubelet of " + node + " does not answer: " + e.getMessage());
        }
    }

    private static Stream<String> names(Pod pod) {
        return Stream.of(
                        pod.spec().containers().stream().map(Container::name),
                        pod.spec().initContainers().stream().map(Container::name),
                        pod.spec().ephemeralContainers().stream().map(EphemeralContainer::name))
                .flatMap(s -> s);
    }

    private static String container(HttpExchange exchange, Pod pod) {
        var asked = exchange.query().get("container");
        if (asked != null && !asked.isEmpty()) {
            String name = asked.getFirst();
            if (names(pod).noneMatch(name::equals)) {
                throw ApiErrors.badRequest(
                        "container " + name + " is not valid for pod " + pod.name());
            }
            return name;
        }
        if (pod.spec().containers().size() > 1) {
            throw ApiErrors.badRequest(
                    "a container name must be specified for pod %s, choose one of: %s"
                            .formatted(
                                    pod.name(),
                                    pod.spec().containers().stream().map(c -> c.name()).toList()));
        }
        return pod.spec().containers().getFirst().name();
    }
}
