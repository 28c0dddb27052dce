package dev.quilla.server.master;

import dev.quilla.apiserver.http.NodeConnector;
import dev.quilla.apiserver.metrics.KubeletFigures;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.http.HttpExchange;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.EphemeralContainer;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.server.config.MasterConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Passes logs, exec, attach and port-forward on to the kubelet of the pod's node, and asks kubelets
 * for their figures.
 */
final class KubeletConnector implements NodeConnector, KubeletFigures {

    private static final Duration FIGURES_LAST_MAX = Duration.ofSeconds(5);
    private static final int FIGURES_BYTES_MAX = 4 << 20;

    private static final Set<String> SUBRESOURCES = Set.of("log", "exec", "attach", "portforward");

    private final KubeletDialer dialer;
    private final ObjectStore objects;

    KubeletConnector(MasterConfig config, ObjectStore objects) {
        this.dialer = new KubeletDialer(config.pkiDir());
        this.objects = objects;
    }

    @Override
    public boolean handles(RequestInfo info) {
        return info.group().isEmpty()
                && info.resource().equals("pods")
                && SUBRESOURCES.contains(info.subresource());
    }

    @Override
    public void connect(HttpExchange exchange, RequestInfo info) throws IOException {
        ObjectKey key = new ObjectKey(info.namespace(), info.name());
        Pod pod =
                new Pod(
                        objects.get(
                                        objects.newest(),
                                        Schema.builtin().find(Resources.PODS.gvr()).orElseThrow(),
                                        key)
                                .object());
        if (pod.spec().nodeName().isEmpty()) {
            throw ApiErrors.badRequest("pod " + key.name() + " does not have a host assigned");
        }
        Node node =
                new Node(
                        objects.get(
                                        objects.newest(),
                                        Schema.builtin().find(Resources.NODES.gvr()).orElseThrow(),
                                        ObjectKey.cluster(pod.spec().nodeName()))
                                .object());
        String path =
                switch (info.subresource()) {
                    case "log" -> "/containerLogs/" + key + "/" + container(exchange, pod);
                    case "exec" -> "/exec/" + key + "/" + container(exchange, pod);
                    case "attach" -> "/attach/" + key + "/" + container(exchange, pod);
                    default -> "/portForward/" + key;
                };
        String target = exchange.target();
        int query = target.indexOf('?');
        String full = query < 0 ? path : path + target.substring(query);
        try {
            dialer.forward(exchange, node, full);
        } catch (KubeletDialer.UnreachableException e) {
            throw ApiErrors.passedOn(
                    502, "the kubelet of " + node.name() + " does not answer: " + e.getMessage());
        }
    }

    @Override
    public byte[] summary(Node node) throws IOException {
        return dialer.ask(node, "/stats/summary", FIGURES_LAST_MAX, FIGURES_BYTES_MAX);
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
