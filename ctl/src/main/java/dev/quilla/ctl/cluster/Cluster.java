package dev.quilla.ctl.cluster;

import dev.quilla.client.ApiClient;
import dev.quilla.client.ApiRequest;
import dev.quilla.client.ApiResponse;
import dev.quilla.client.Body;
import dev.quilla.client.PatchType;
import dev.quilla.client.WatchStream;
import dev.quilla.client.http.HttpsTransport;
import dev.quilla.client.http.StreamedResponse;
import dev.quilla.client.http.UpgradedConnection;
import dev.quilla.model.ApiException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The cluster behind a kubeconfig, with all its masters. Thread-safe, except for {@link
 * #discovery()}. Every method throws {@link ApiException} for what the API refuses.
 */
public final class Cluster implements AutoCloseable {

    private final HttpsTransport transport;
    private final String namespace;
    private final Duration timeout;
    private final Consumer<String> warnings;
    private final Discovery discovery = new Discovery(this::call);

    /**
     * Talks through a transport, which it closes.
     *
     * @param namespace where objects are meant to be when nothing else is said
     * @param timeout for one answer; zero for the transport's own
     * @param warnings gets what the server wants people to be told
     */
    public Cluster(
            HttpsTransport transport,
            String namespace,
            Duration timeout,
            Consumer<String> warnings) {
        this.transport = transport;
        this.namespace = namespace;
        this.timeout = timeout;
        this.warnings = warnings;
    }

    /** Where objects are meant to be when nothing else is said. */
    public String namespace() {
        return namespace;
    }

    /** What the server offers. */
    public Discovery discovery() {
        return discovery;
    }

    /** The API by types. */
    public ApiClient client() {
        return new ApiClient(transport);
    }

    /** The master that answers. */
    public String server() {
        return transport.server().toString();
    }

    /** Makes a call that answers with an object. */
    public Tree call(ApiRequest request) {
        return Tree.parse(raw(request).body().encoded().shared());
    }

    /** Makes a call; the answer may be anything. */
    public ApiResponse raw(ApiRequest request) {
        ApiResponse response = transport.call(patient(request)).orThrow();
        response.warnings().forEach(warnings);
        return response;
    }

    private ApiRequest patient(ApiRequest request) {
        return timeout.isZero() ? request : request.withTimeout(timeout);
    }

    /** Reads an object, or a list. */
    public Tree get(String path) {
        return call(ApiRequest.get(path));
    }

    /** Reads an object that may not be there. */
    public Optional<Tree> find(String path) {
        try {
            return Optional.of(get(path));
        } catch (ApiException e) {
            if (e.isNotFound()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Changes an object. */
    public Tree patch(String path, PatchType type, Tree patch) {
        return call(
                ApiRequest.of("PATCH", path).withBody(Body.of(patch.toJson(), type.mediaType())));
    }

    /** Starts a watch. */
    public WatchStream watch(ApiRequest request) {
        return transport.watch(patient(request.withQuery("watch", "true")));
    }

    /** Makes a call whose answer is read while it comes. */
    public StreamedResponse open(ApiRequest request) {
        return transport.open(patient(request));
    }

    /** Switches to another protocol. */
    public UpgradedConnection upgrade(ApiRequest request, Map<String, String> headers) {
        return transport.upgrade(patient(request), headers);
    }

    @Override
    public void close() {
        transport.close();
    }
}
