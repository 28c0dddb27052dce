package dev.quilla.apiserver.connect;

import dev.quilla.apiserver.http.NodeConnector;
import dev.quilla.apiserver.metrics.KubeletFigures;
import dev.quilla.apiserver.outbound.Backend;
import dev.quilla.apiserver.outbound.Forwarder;
import dev.quilla.apiserver.outbound.Kubelets;
import dev.quilla.apiserver.outbound.OutboundClient;
import dev.quilla.apiserver.outbound.OutboundException;
import dev.quilla.apiserver.outbound.ServiceEndpoints;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.client.ApiRequest;
import dev.quilla.client.ApiResponse;
import dev.quilla.http.HttpExchange;
import dev.quilla.model.core.v1.Node;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Map;

/** All that goes to nodes, and through them to what runs there. Thread-safe. */
public final class Connections implements NodeConnector, KubeletFigures {

    private static final Duration FIGURES_LAST_MAX = Duration.ofSeconds(5);

    private final PodStreams streams;
    private final ProxyRequests proxies;
    private final Kubelets kubelets;
    private final OutboundClient client;

    /** Finds pods, nodes and services there. */
    public Connections(
            ObjectStore objects,
            Kubelets kubelets,
            ServiceEndpoints endpoints,
            OutboundClient client) {
        this.kubelets = kubelets;
        this.client = client;
        Located located = new Located(objects);
        Forwarder forwarder = new Forwarder(client);
        this.streams = new PodStreams(located, kubelets, forwarder);
        this.proxies =
                new ProxyRequests(new ProxyBackends(located, kubelets, endpoints), forwarder);
    }

    @Override
    public boolean handles(RequestInfo info) {
        return streams.handles(info) || proxies.handles(info);
    }

    @Override
    public int connect(HttpExchange exchange, RequestInfo info) throws IOException {
        return streams.handles(info)
                ? streams.connect(exchange, info)
                : proxies.connect(exchange, info);
    }

    @Override
    public byte[] summary(Node node) throws IOException {
        try {
            Backend kubelet = kubelets.of(node);
            String path = "/stats/summary";
            ApiResponse answer =
                    client.call(
                            kubelet,
                            ApiRequest.get(path).withTimeout(FIGURES_LAST_MAX),
                            Map.of(),
                            "https://" + kubelet.authority() + path,
                            FIGURES_LAST_MAX);
            if (answer.code() != 200) {
                throw new IOException("the kubelet answers " + answer.code());
            }
            return answer.body().encoded().toArray();
        } catch (OutboundException e) {
            throw new IOException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a kubelet is asked");
        }
    }
}
