package dev.quilla.client.http;

import dev.quilla.client.ApiRequest;
import dev.quilla.client.ApiResponse;
import dev.quilla.client.Body;
import dev.quilla.client.Transport;
import dev.quilla.client.TransportException;
import dev.quilla.client.WatchStream;
import dev.quilla.model.ApiException;
import dev.quilla.model.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Talks to the API over the network, to one of several servers. Stays with a server until it fails.
 * A call that only reads goes on to the next server when a connection breaks or the server is not
 * ready (503); a call that writes does so only while it surely was not sent.
 */
public final class HttpsTransport implements Transport {

    private static final byte[] NOTHING = {};

    private final HttpsOptions options;
    private final Endpoints endpoints;
    private volatile boolean closed;

    /** Talks to the servers of the options, the first one first. */
    public HttpsTransport(HttpsOptions options) {
        this(options, 0);
    }

    private HttpsTransport(HttpsOptions options, int first) {
        this.options = options;
        TlsSockets tls = new TlsSockets();
        this.endpoints =
                new Endpoints(
                        options.servers().stream()
                                .map(s -> new Endpoint(s, options, tls, System::nanoTime))
                                .toList(),
                        first);
    }

    /** Starts with any of the servers, so that many clients spread over them. */
    public static HttpsTransport spread(HttpsOptions options) {
        int first = ThreadLocalRandom.current().nextInt(options.servers().size());
        return new HttpsTransport(options, first);
    }

    @Override
    public ApiResponse call(ApiRequest request) {
        return call(request, Map.of());
    }

    /**
     * As {@link #call(ApiRequest)}, with more header fields; {@code Host} replaces the server's own
     * name.
     */
    public ApiResponse call(ApiRequest request, Map<String, List<String>> headers) {
        try (Exchange exchange = begin(raw(request, headers))) {
            return read(exchange);
        } catch (IOException e) {
            throw new TransportException("the answer broke off: " + e.getMessage(), e, true);
        }
    }

    @Override
    public WatchStream watch(ApiRequest request) {
        return watch(request, Map.of());
    }

    /** As {@link #watch(ApiRequest)}, with more header fields, as {@link #call} takes them. */
    public WatchStream watch(ApiRequest request, Map<String, List<String>> headers) {
        return new HttpWatch(succeed(begin(raw(request, headers))), options.bodyBytesMax());
    }

    /**
     * Makes a call whose answer is read while it comes.
     *
     * @throws ApiException if the server refused
     */
    public StreamedResponse open(ApiRequest request) {
        Exchange exchange = succeed(begin(raw(request, Map.of())));
        waitForEver(exchange.connection());
        return new StreamedResponse(exchange);
    }

    /**
     * Makes a call whose answer is passed on while it comes, whatever it is: a refusal, or {@code
     * 101} where the header fields ask for another protocol.
     *
     * @throws UncheckedIOException if what is to be sent can't be read
     */
    public StreamedResponse forward(RawRequest request) {
        Exchange exchange = begin(request);
        waitForEver(exchange.connection());
        return new StreamedResponse(exchange);
    }

    /**
     * Asks the server to speak another protocol on this connection.
     *
     * @param headers say which: {@code Upgrade} and what goes with it; {@code Connection} is added
     * @throws ApiException if the server refused
     */
    public UpgradedConnection upgrade(ApiRequest request, Map<String, String> headers) {
        Exchange exchange = switched(request, headers);
        return new UpgradedConnection(exchange.connection(), exchange.head().headers());
    }

    /**
     * Asks the server to carry a connection to somewhere else, as a protocol of that name.
     *
     * @throws ApiException if the server refused
     */
    public Wire tunnel(ApiRequest request, String protocol) {
        HttpConnection connection = switched(request, Map.of("Upgrade", protocol)).connection();
        try {
            return connection.wire();
        } catch (IOException e) {
            connection.close();
            throw new TransportException(String.valueOf(e.getMessage()), e, true);
        }
    }

    private Exchange switched(ApiRequest request, Map<String, String> headers) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        headers.forEach((name, value) -> all.put(name, List.of(value)));
        all.keySet().removeIf(name -> name.equalsIgnoreCase("Connection"));
        all.put("Connection", List.of("Upgrade"));
        Exchange exchange = succeed(begin(raw(request, all)));
        if (exchange.head().code() != 101) {
            exchange.connection().close();
            throw new TransportException(
                    "the server did not switch protocols: HTTP " + exchange.head().code(),
                    new IOException("not upgraded"),
                    true);
        }
        waitForEver(exchange.connection());
        return exchange;
    }

    /** The server that the next call goes to. */
    public URI server() {
        return endpoints.current().server();
    }

    private RawRequest raw(ApiRequest request, Map<String, List<String>> headers) {
        return RawRequest.of(request, headers, options.responseTimeout());
    }

    private Exchange begin(RawRequest request) {
        int tries = endpoints.size() + 1;
        while (true) {
            Attempt attempt = new Attempt(endpoints.current(), request);
            tries--;
            try {
                Exchange exchange = attempt.run();
                boolean notReady = exchange.head().code() == 503 && request.repeatable();
                if (!notReady || tries <= 0 || endpoints.size() == 1) {
                    return exchange;
                }
                exchange.connection().close();
                endpoints.failed(attempt.endpoint);
            } catch (IOException e) {
                if (attempt.fresh) {
                    endpoints.failed(attempt.endpoint);
                } else {
                    attempt.endpoint.purge();
                }
                boolean over = closed || tries <= 0 || Thread.currentThread().isInterrupted();
                if (over || (attempt.sent && !request.repeatable())) {
                    throw new TransportException(
                            attempt.endpoint.server() + ": " + why(e), e, attempt.sent);
                }
            }
        }
    }

    private static String why(IOException e) {
        return switch (e) {
            case java.net.UnknownHostException unknown -> "unknown host " + unknown.getMessage();
            case java.net.SocketTimeoutException ignored -> "no answer in time";
            default -> String.valueOf(e.getMessage());
        };
    }

    /** One try with one server. */
    private final class Attempt {
        private final Endpoint endpoint;
        private final RawRequest request;
        private boolean sent;
        private boolean fresh;

        Attempt(Endpoint endpoint, RawRequest request) {
            this.endpoint = endpoint;
            this.request = request;
        }

        Exchange run() throws IOException {
            HttpConnection connection = endpoint.reuse().orElse(null);
            if (connection == null) {
                fresh = true;
                connection = endpoint.connect();
            }
            try {
                return exchange(connection);
            } catch (IOException | RuntimeException e) {
                connection.close();
                throw e;
            }
        }

        private Exchange exchange(HttpConnection connection) throws IOException {
            byte[] head = RequestHead.of(request, endpoint.server().getAuthority(), ownHeaders());
            connection.readTimeout(request.patience());
            sent = true;
            return switch (request.content()) {
                case RequestContent.Whole(Bytes bytes) -> {
                    connection.send(head, bytes.shared());
                    yield answered(connection, Optional.empty());
                }
                case RequestContent.Streamed content -> {
                    connection.send(head, NOTHING);
                    yield answered(connection, Upload.start(connection, content));
                }
            };
        }

        private Exchange answered(HttpConnection connection, Upload upload) throws IOException {
            try {
                return answered(connection, Optional.of(upload));
            } catch (IOException e) {
                connection.close();
                upload.end();
                if (upload.unread().isPresent()) {
                    throw new UncheckedIOException(upload.unread().get());
                }
                upload.unsent().ifPresent(e::addSuppressed);
                throw e;
            }
        }

        private Exchange answered(HttpConnection connection, Optional<Upload> upload)
                throws IOException {
            ResponseHead answer = ResponseHead.read(connection.in());
            ResponseBody rest = ResponseBody.of(request.method(), answer, connection.in());
            return new Exchange(endpoint, connection, answer, rest, upload);
        }

        private Map<String, List<String>> ownHeaders() {
            Map<String, List<String>> own = new LinkedHashMap<>();
            own.put("User-Agent", List.of(options.userAgent()));
            String token = options.bearerToken().get();
            if (!token.isEmpty()) {
                own.put("Authorization", List.of("Bearer " + token));
            }
            return own;
        }
    }

    private Exchange succeed(Exchange exchange) {
        if (exchange.head().code() < 400) {
            return exchange;
        }
        try (exchange) {
            throw read(exchange).failure();
        } catch (IOException e) {
            throw new TransportException("the answer broke off: " + e.getMessage(), e, true);
        }
    }

    private ApiResponse read(Exchange exchange) throws IOException {
        byte[] content = exchange.readAll(options.bodyBytesMax());
        HttpHeaders headers = exchange.head().headers();
        Body body =
                content.length == 0
                        ? Body.none()
                        : Body.of(content, headers.first("Content-Type").orElse(Body.JSON));
        List<String> warnings = headers.all("Warning").stream().map(Warnings::text).toList();
        return new ApiResponse(exchange.head().code(), body, warnings);
    }

    private static void waitForEver(HttpConnection connection) {
        try {
            connection.readTimeout(Duration.ZERO);
        } catch (IOException e) {
            connection.close();
            throw new TransportException("the connection broke: " + e.getMessage(), e, true);
        }
    }

    @Override
    public void close() {
        closed = true;
        endpoints.close();
    }
}
