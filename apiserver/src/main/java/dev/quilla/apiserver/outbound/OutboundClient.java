package dev.quilla.apiserver.outbound;

import dev.quilla.client.ApiRequest;
import dev.quilla.client.ApiResponse;
import dev.quilla.client.Body;
import dev.quilla.client.TransportException;
import dev.quilla.client.http.Dialer;
import dev.quilla.client.http.HttpsOptions;
import dev.quilla.client.http.HttpsTransport;
import dev.quilla.client.http.Wire;
import dev.quilla.model.ApiException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Calls the servers that extend this one. Connections are kept for the next call; how many calls
 * there are at once, how long one lasts, and how much it answers are limited. Thread-safe.
 */
public final class OutboundClient implements AutoCloseable {

    /** Longer answers are refused. */
    private static final int ANSWER_BYTES_MAX = 16 << 20;

    private static final int CALLS_AT_ONCE_MAX = 512;

    /** What kubelets are asked to carry: bytes, as they come. */
    private static final String TUNNEL = "tcp";

    /** How many servers connections are kept to, beside those in use. */
    private static final int SERVERS_KEPT_MAX = 64;

    private static final Duration CONNECT_LASTS_MAX = Duration.ofSeconds(10);

    private final ServiceEndpoints endpoints;
    private final Kubelets kubelets;
    private final Semaphore calls = new Semaphore(CALLS_AT_ONCE_MAX);

    /** The least recently used come first. Guarded by itself. */
    private final Map<Backend, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);

    /** Connections to a server, and how many use them. */
    private static final class Kept {
        private final HttpsTransport transport;
        private int users;

        Kept(HttpsTransport transport) {
            this.transport = transport;
        }
    }

    /** Finds servers behind services there, and the nodes on the way to them. */
    public OutboundClient(ServiceEndpoints endpoints, Kubelets kubelets) {
        this.endpoints = endpoints;
        this.kubelets = kubelets;
    }

    /**
     * Sends JSON to a server, and waits for the answer.
     *
     * @param atMost for all of it
     * @throws OutboundException if there is no answer in time, or one that says no
     */
    public ApiResponse post(Target target, byte[] json, Duration atMost)
            throws OutboundException, InterruptedException {
        ApiRequest request =
                ApiRequest.of("POST", target.path())
                        .withQuery("timeout", atMost.toSeconds() + "s")
                        .withBody(Body.of(json, Body.JSON))
                        .withTimeout(atMost);
        String what = "Post \"" + target.url() + "?timeout=" + atMost.toSeconds() + "s\": ";
        ApiResponse response =
                timed(atMost, what, () -> exchange(backend(target), request, Map.of()));
        if (response.code() / 100 != 2) {
            throw new OutboundException(refusal(response));
        }
        return response;
    }

    /**
     * Makes a call.
     *
     * @param url what messages call it
     * @param atMost for all of it
     * @throws OutboundException if there is no answer in time
     */
    public ApiResponse call(
            Backend backend,
            ApiRequest request,
            Map<String, List<String>> headers,
            String url,
            Duration atMost)
            throws OutboundException, InterruptedException {
        return timed(
                atMost,
                "failing or missing response from " + url + ": ",
                () -> exchange(backend, request, headers));
    }

    private ApiResponse timed(Duration atMost, String what, Call call)
            throws OutboundException, InterruptedException {
        try {
            return within(atMost, call);
        } catch (TimeoutException e) {
            throw new OutboundException(what + "context deadline exceeded");
        } catch (TransportException e) {
            throw new OutboundException(what + e.getMessage());
        } catch (OutboundException e) {
            throw new OutboundException(e.reason(), what + e.getMessage());
        }
    }

    private Backend backend(Target target) throws OutboundException {
        return switch (target.where()) {
            case Target.Where.AtUrl(var url) ->
                    Backend.of(URI.create("https://" + url.getRawAuthority()), target.tls());
            case Target.Where.BehindService service -> endpoints.resolve(service, target.tls());
        };
    }

    /** What a server that is no webhook, or has failed, says. */
    private static String refusal(ApiResponse response) {
        if (response.code() == 404) {
            return "the server could not find the requested resource";
        }
        String text = response.body().encoded().toUtf8().strip();
        return response.code() < 400
                ? "the server answered with HTTP " + response.code()
                : "an error on the server (\"%s\") has prevented the request from succeeding"
                        .formatted(text.substring(0, Math.min(text.length(), 512)));
    }

    private ApiResponse exchange(
            Backend backend, ApiRequest request, Map<String, List<String>> headers) {
        Map<String, List<String>> all = new LinkedHashMap<>(headers);
        all.put("Host", List.of(backend.authority()));
        try (Use use = use(backend)) {
            return use.transport().call(request, all);
        }
    }

    private interface Call {
        ApiResponse make() throws OutboundException;
    }

    /**
     * A server that sends a byte now and then must not hold a request up, so the whole call has an
     * end: the thread that makes it is interrupted, which closes its connection.
     */
    private ApiResponse within(Duration atMost, Call call)
            throws OutboundException, TimeoutException, InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        if (!calls.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new TimeoutException();
        }
        FutureTask<ApiResponse> task = new FutureTask<>(call::make);
        Thread.ofVirtual()
                .name("outbound")
                .start(() -> {
                    try {
                        task.run();
                    } finally {
                        calls.release();
                    }
                });
        try {
            return task.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case OutboundException refused -> throw refused;
                case RuntimeException failed -> throw failed;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        } finally {
            task.cancel(true);
        }
    }

    /** Connections to a server, held until closed. */
    public record Use(HttpsTransport transport, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }

    /** Connections to a server, for a caller that speaks to it in ways of its own. */
    public Use use(Backend backend) {
        synchronized (kept) {
            Kept one =
                    kept.computeIfAbsent(backend, b -> new Kept(HttpsTransport.spread(options(b))));
            one.users++;
            return new Use(one.transport, once(() -> release(one)));
        }
    }

    private static Runnable once(Runnable action) {
        AtomicBoolean done = new AtomicBoolean();
        return () -> {
            if (done.compareAndSet(false, true)) {
                action.run();
            }
        };
    }

    private void release(Kept one) {
        List<Kept> over = new ArrayList<>();
        synchronized (kept) {
            one.users--;
            var oldest = kept.values().iterator();
            while (kept.size() > SERVERS_KEPT_MAX && oldest.hasNext()) {
                Kept unused = oldest.next();
                if (unused.users == 0) {
                    oldest.remove();
                    over.add(unused);
                }
            }
        }
        // Those through a node give back their use of its kubelet, which comes here again.
        over.forEach(k -> k.transport.close());
    }

    private HttpsOptions options(Backend backend) {
        return new HttpsOptions(
                backend.addresses(),
                backend::tls,
                () -> "",
                "kube-apiserver-admission",
                CONNECT_LASTS_MAX,
                Duration.ofSeconds(60),
                ANSWER_BYTES_MAX,
                (server, atMost) -> dial(backend, server, atMost));
    }

    private Wire dial(Backend backend, URI server, Duration atMost) throws IOException {
        Optional<Backend.Through> through = backend.through(server);
        return through.isEmpty()
                ? Dialer.DIRECT.dial(server, atMost)
                : dial(through.get(), Dialer.port(server), atMost);
    }

    /**
     * A master has no route to pods, so the kubelet of the pod's node connects, and what is said on
     * the connection to it is heard there.
     */
    private Wire dial(Backend.Through through, int port, Duration atMost) throws IOException {
        try {
            Use use = use(kubelets.of(through.node()));
            try {
                ApiRequest request = ApiRequest.get(through.path(port)).withTimeout(atMost);
                Wire wire = use.transport().tunnel(request, TUNNEL);
                return new Wire(
                        wire.socket(),
                        () -> {
                            wire.close();
                            use.close();
                        });
            } catch (ApiException | TransportException e) {
                use.close();
                throw e;
            }
        } catch (OutboundException | ApiException | TransportException e) {
            throw new IOException("by node " + through.node() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        List<Kept> all;
        synchronized (kept) {
            all = List.copyOf(kept.values());
            kept.clear();
        }
        all.forEach(k -> k.transport.close());
    }
}
