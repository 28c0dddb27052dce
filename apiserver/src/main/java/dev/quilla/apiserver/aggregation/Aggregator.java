package dev.quilla.apiserver.aggregation;

import dev.quilla.apiserver.outbound.Backend;
import dev.quilla.apiserver.outbound.Forwarder;
import dev.quilla.apiserver.outbound.Onward;
import dev.quilla.apiserver.outbound.OutboundClient;
import dev.quilla.apiserver.outbound.OutboundException;
import dev.quilla.apiserver.outbound.ServiceEndpoints;
import dev.quilla.apiserver.outbound.Target;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.client.ApiRequest;
import dev.quilla.client.ApiResponse;
import dev.quilla.client.TransportException;
import dev.quilla.client.WatchEvent;
import dev.quilla.client.WatchStream;
import dev.quilla.client.http.TlsMaterial;
import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.apiregistration.v1.APIService;
import dev.quilla.model.apiregistration.v1.APIServiceSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes requests on to the servers of groups that are not served here. Who asks is told in header
 * fields, which those servers believe because of the certificate that comes with them. Thread-safe.
 */
public final class Aggregator {

    private static final Logger LOG = LoggerFactory.getLogger(Aggregator.class);

    private static final Identity SELF =
            Identity.known("system:kube-aggregator", "", List.of(Identity.MASTERS));

    private static final Duration ANSWER_BEGINS_MAX = Duration.ofSeconds(60);

    private final ApiServices services;
    private final ServiceEndpoints endpoints;
    private final OutboundClient client;
    private final Forwarder forwarder;
    private final Supplier<TlsMaterial> frontProxy;

    /**
     * Passes on to what is registered there.
     *
     * @param frontProxy with the certificate that is shown; asked for each connection
     */
    public Aggregator(
            ApiServices services,
            ServiceEndpoints endpoints,
            OutboundClient client,
            Supplier<TlsMaterial> frontProxy) {
        this.services = services;
        this.endpoints = endpoints;
        this.client = client;
        this.forwarder = new Forwarder(client);
        this.frontProxy = frontProxy;
    }

    ApiServices services() {
        return services;
    }

    /** Who serves a path, if another server does. */
    public Optional<APIService> serving(String path) {
        return services.serving(path);
    }

    /**
     * Passes a request on.
     *
     * @return the code that was answered
     * @throws ApiException unavailable, if that can't be done
     */
    public int forward(HttpExchange exchange, Identity who, APIService service) throws IOException {
        if (!ApiServices.isAvailable(service)) {
            throw unavailable();
        }
        try {
            Headers headers = naming(who, exchange.headers());
            return forwarder.forward(
                    exchange, backend(service), Onward.whole(exchange, headers, ANSWER_BEGINS_MAX));
        } catch (OutboundException | TransportException e) {
            LOG.warn("{} can't be asked: {}", service.name(), e.getMessage());
            throw unavailable();
        }
    }

    /**
     * Makes a call of a program in this process, in its name.
     *
     * @throws ApiException unavailable, if there is no answer
     */
    ApiResponse call(ApiRequest request, Identity who, APIService service) {
        if (!ApiServices.isAvailable(service)) {
            throw unavailable();
        }
        try {
            Backend backend = backend(service);
            String url = backend.servers().getFirst().address() + request.path();
            return client.call(backend, request, headers(who), url, ANSWER_BEGINS_MAX);
        } catch (OutboundException e) {
            LOG.warn("{} can't be asked: {}", service.name(), e.getMessage());
            throw unavailable();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiErrors.unavailable("the request was given up");
        }
    }

    /**
     * Starts a watch of a program in this process, in its name.
     *
     * @throws ApiException unavailable, if there is no answer; or what the server says
     */
    WatchStream watch(ApiRequest request, Identity who, APIService service) {
        if (!ApiServices.isAvailable(service)) {
            throw unavailable();
        }
        try {
            Backend backend = backend(service);
            OutboundClient.Use use = client.use(backend);
            try {
                Map<String, List<String>> headers = new LinkedHashMap<>(headers(who));
                headers.put("Host", List.of(backend.authority()));
                return new HeldWatch(use.transport().watch(request, headers), use);
            } catch (ApiException | TransportException e) {
                use.close();
                throw e;
            }
        } catch (OutboundException | TransportException e) {
            LOG.warn("{} can't be watched: {}", service.name(), e.getMessage());
            throw unavailable();
        }
    }

    /** A watch, and the use of the connections that it came by. */
    private record HeldWatch(WatchStream watch, OutboundClient.Use use) implements WatchStream {

        @Override
        public Optional<WatchEvent> next(Duration atMost) {
            return watch.next(atMost);
        }

        @Override
        public void close() {
            watch.close();
            use.close();
        }
    }

    private static ApiException unavailable() {
        return ApiErrors.unavailable("the server is currently unable to handle the request");
    }

    /**
     * Asks a server for something on the cluster's own behalf.
     *
     * @throws OutboundException if there is no answer in time, or one that says no
     */
    ApiResponse ask(APIService service, String path, Duration atMost)
            throws OutboundException, InterruptedException {
        ApiRequest request = ApiRequest.get(path).withTimeout(atMost);
        Backend backend = backend(service);
        String url = backend.servers().getFirst().address() + path;
        ApiResponse response = client.call(backend, request, headers(SELF), url, atMost);
        if (response.code() / 100 != 2) {
            throw new OutboundException("bad status from " + url + ": " + response.code());
        }
        return response;
    }

    private Backend backend(APIService service) throws OutboundException {
        APIServiceSpec spec = service.spec();
        Target target =
                Target.behind(
                        spec.service().namespace(),
                        spec.service().name(),
                        spec.service().port(),
                        "/",
                        spec.caBundle().toUtf8());
        Target.Where.BehindService where = (Target.Where.BehindService) target.where();
        try {
            TlsMaterial tls =
                    new TlsMaterial(
                            target.authorities(),
                            frontProxy.get().client(),
                            spec.insecureSkipTLSVerify(),
                            where.host());
            return endpoints.resolve(where, tls);
        } catch (UncheckedIOException e) {
            throw new OutboundException(
                    "the masters' front-proxy certificate can't be read: " + e.getMessage());
        }
    }

    /** What clients say of themselves is for this server alone. */
    private static Headers naming(Identity who, Headers sent) {
        Map<String, List<String>> kept = new LinkedHashMap<>();
        sent.fields()
                .forEach((name, values) -> {
                    String lower = name.toLowerCase(Locale.ROOT);
                    boolean ofIdentity =
                            lower.equals("authorization")
                                    || lower.equals("host")
                                    || lower.startsWith("impersonate-")
                                    || lower.startsWith("x-remote-");
                    if (!ofIdentity) {
                        kept.put(name, values);
                    }
                });
        kept.putAll(headers(who));
        return new Headers(kept);
    }

    private static Map<String, List<String>> headers(Identity who) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        headers.put("X-Remote-User", List.of(who.user()));
        headers.put("X-Remote-Group", who.groups());
        if (!who.uid().isEmpty()) {
            headers.put("X-Remote-Uid", List.of(who.uid()));
        }
        who.extra()
                .forEach((key, values) ->
                        headers.put(
                                "X-Remote-Extra-"
                                        + URLEncoder.encode(
                                                key.toLowerCase(Locale.ROOT),
                                                StandardCharsets.UTF_8),
                                values));
        return headers;
    }
}
