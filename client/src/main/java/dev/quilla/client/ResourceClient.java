package dev.quilla.client;

import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.ApiObject;
import dev.quilla.model.Definition;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.ResourceType;
import dev.quilla.model.Schema;
import dev.quilla.model.Struct;
import dev.quilla.model.View;
import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.core.v1.Binding;
import dev.quilla.model.meta.v1.DeleteOptions;
import dev.quilla.model.meta.v1.ListMeta;
import dev.quilla.model.meta.v1.PartialObjectMetadata;
import dev.quilla.model.meta.v1.PartialObjectMetadataList;
import dev.quilla.model.policy.v1.Eviction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads and writes the objects of one resource. Thread-safe.
 *
 * <p>Every method throws {@link ApiException} for what the API refuses and {@link
 * TransportException} where no answer came.
 */
public final class ResourceClient<T extends ApiObject> {

    /** A server ends a long deletion itself within a minute. */
    private static final Duration COLLECTION_TIMEOUT = Duration.ofSeconds(75);

    private final Transport transport;
    private final ResourceType<T> type;

    ResourceClient(Transport transport, ResourceType<T> type) {
        this.transport = transport;
        this.type = type;
    }

    /** The resource. */
    public ResourceType<T> type() {
        return type;
    }

    /** Reads an object. */
    public T get(ObjectKey key) {
        return object(transport.call(ApiRequest.get(type.path(key))));
    }

    /** Reads an object that may not be there. */
    public Optional<T> find(ObjectKey key) {
        try {
            return Optional.of(get(key));
        } catch (ApiException e) {
            if (e.isNotFound()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Lists objects; follow {@link Listing#continueToken()} where a limit is set. */
    public Listing<T> list(ListOptions options) {
        ApiRequest request =
                ApiRequest.get(type.path(options.namespace())).withQuery(options.query());
        return listing(transport.call(request).orThrow().body().struct(listDefinition()));
    }

    /** Watches objects after {@link ListOptions#resourceVersion()}; the limit is not used. */
    public WatchStream watch(ListOptions options, int timeoutSeconds) {
        return transport.watch(
                ApiRequest.get(type.path(options.namespace()))
                        .withQuery(options.withPage(0, "").query())
                        .withQuery("watch", "true")
                        .withQuery("allowWatchBookmarks", "true")
                        .withQuery("timeoutSeconds", Integer.toString(timeoutSeconds)));
    }

    /** Creates an object. */
    public T create(T object) {
        return object(write("POST", type.path(object.namespace()), object));
    }

    /** Replaces an object; refused with a conflict unless its resource version is the newest. */
    public T update(T object) {
        return object(write("PUT", type.path(object.key()), object));
    }

    /** Replaces an object's status; all else in it is ignored. */
    public T updateStatus(T object) {
        return updateSubresource(object, "status");
    }

    /** Replaces what a subresource stands for, such as {@code approval}; all else is ignored. */
    public T updateSubresource(T object, String subresource) {
        return object(write("PUT", type.path(object.key()) + "/" + subresource, object));
    }

    /** Changes an object. */
    public T patch(ObjectKey key, PatchType kind, byte[] patch) {
        return object(transport.call(patchRequest(type.path(key), kind, patch)));
    }

    /** Changes a subresource that holds the object itself, such as {@code status}. */
    public T patch(ObjectKey key, PatchType kind, byte[] patch, String subresource) {
        String path = type.path(key) + "/" + subresource;
        return object(transport.call(patchRequest(path, kind, patch)));
    }

    /** Changes an object's status. */
    public T patchStatus(ObjectKey key, PatchType kind, byte[] patch) {
        return patch(key, kind, patch, "status");
    }

    /** Makes the fields of this object so, and owns them from now on (server-side apply). */
    public T apply(T object, String fieldManager, boolean force) {
        byte[] wanted = Body.of(object.struct()).encoded().shared();
        return object(
                transport.call(
                        patchRequest(type.path(object.key()), PatchType.APPLY, wanted)
                                .withQuery("fieldManager", fieldManager)
                                .withQuery("force", Boolean.toString(force))));
    }

    /** Deletes an object as its kind does by default. */
    public void delete(ObjectKey key) {
        transport.call(ApiRequest.of("DELETE", type.path(key))).orThrow();
    }

    /** Deletes an object: when, under which conditions, and what becomes of its dependents. */
    public void delete(ObjectKey key, DeleteOptions options) {
        ApiRequest request = ApiRequest.of("DELETE", type.path(key));
        transport.call(request.withBody(Body.of(options.struct()))).orThrow();
    }

    /**
     * Deletes all objects that the options choose. Waits for as long as a server works on it, which
     * may be a minute where there are many.
     *
     * @throws ApiException with code 504 when the server had too little time: ask again
     */
    public void deleteCollection(ListOptions options, DeleteOptions how) {
        transport
                .call(
                        ApiRequest.of("DELETE", type.path(options.namespace()))
                                .withQuery(options.query())
                                .withBody(Body.of(how.struct()))
                                .withTimeout(COLLECTION_TIMEOUT))
                .orThrow();
    }

    /** Puts a pod on a node. */
    public void bind(Binding binding) {
        post(binding.key(), "binding", binding);
    }

    /** Asks a pod to leave; refused with code 429 while a disruption budget forbids it. */
    public void evict(Eviction eviction) {
        post(eviction.key(), "eviction", eviction);
    }

    /**
     * Creates a subresource that answers with its own kind, such as a service account's {@code
     * token}.
     */
    public <V extends View> V createSubresource(
            ObjectKey key, String subresource, V content, Function<Struct, V> view) {
        ApiResponse response = post(key, subresource, content);
        return view.apply(response.body().struct(content.struct().definition()));
    }

    private ApiResponse post(ObjectKey key, String subresource, View content) {
        String path = type.path(key) + "/" + subresource;
        return transport
                .call(ApiRequest.of("POST", path).withBody(Body.of(content.struct())))
                .orThrow();
    }

    private ApiResponse write(String method, String path, T object) {
        return transport.call(ApiRequest.of(method, path).withBody(Body.of(object.struct())));
    }

    private static ApiRequest patchRequest(String path, PatchType kind, byte[] patch) {
        return ApiRequest.of("PATCH", path).withBody(Body.of(patch, kind.mediaType()));
    }

    private T object(ApiResponse response) {
        return type.view().apply(response.orThrow().body().struct(type.definition()));
    }

    private Definition listDefinition() {
        if (type.definition() == PartialObjectMetadata.definition()) {
            return PartialObjectMetadataList.definition();
        }
        return Schema.builtin()
                .find(type.gvr())
                .flatMap(Schema.ApiResource::listDefinition)
                .orElseThrow(
                        () -> ApiErrors.methodNotSupported(type.gvr().groupResource(), "list"));
    }

    private Listing<T> listing(Struct list) {
        List<T> items = new ArrayList<>();
        for (Object item : (List<?>) list.find("items").orElse(List.of())) {
            if (!(item instanceof Struct struct)) {
                throw new DecodeException("a list of " + type.gvr() + " holds something else");
            }
            items.add(type.view().apply(struct));
        }
        Struct none = ListMeta.definition().empty();
        return new Listing<>(
                List.copyOf(items), new ListMeta((Struct) list.find("metadata").orElse(none)));
    }
}
