package dev.quilla.apiserver.connect;

import dev.quilla.apiserver.outbound.Backend;
import dev.quilla.apiserver.outbound.Forwarder;
import dev.quilla.apiserver.outbound.Onward;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.client.TransportException;
import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import dev.quilla.model.ApiErrors;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/** The subresource {@code proxy}: whatever is asked goes to a pod, a service or a node. */
record ProxyRequests(ProxyBackends backends, Forwarder forwarder) {

    private static final Set<String> NAMESPACED = Set.of("pods", "services");

    boolean handles(RequestInfo info) {
        return info.group().isEmpty()
                && info.subresource().equals("proxy")
                && (info.namespace().isEmpty()
                        ? info.resource().equals("nodes")
                        : NAMESPACED.contains(info.resource()));
    }

    int connect(HttpExchange exchange, RequestInfo info) throws IOException {
        ProxyPath path = ProxyPath.of(exchange.rawPath(), info);
        boolean reads = exchange.method().equals("GET") || exchange.method().equals("HEAD");
        if (path.rest().isEmpty() && reads) {
            // Links of a page are relative to its folder, which is only one with a slash.
            String folder = path.base() + "/" + RequestHeaders.query(exchange);
            exchange.respond(301, Headers.of("Location", folder), new byte[0]);
            return 301;
        }
        Backend backend = backends.find(info);
        AnswerHeaders answers =
                new AnswerHeaders(
                        path.base(),
                        Set.of(backend.authority(), exchange.headers().first("Host").orElse("")));
        String rest = path.rest().isEmpty() ? "/" : path.rest();
        try {
            return forwarder.forward(
                    exchange,
                    backend,
                    new Onward(
                            rest + RequestHeaders.query(exchange),
                            RequestHeaders.forwarded(exchange),
                            Duration.ZERO,
                            answers::passedOn,
                            Onward.Refusals.OF_THE_SERVER));
        } catch (TransportException e) {
            throw ApiErrors.unavailable("error trying to reach service: " + e.getMessage());
        }
    }
}
