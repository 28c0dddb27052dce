package dev.quilla.controller.lifecycle;

import dev.quilla.client.ApiClient;
import dev.quilla.client.ApiRequest;
import dev.quilla.client.ApiResponse;
import dev.quilla.client.Body;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.client.TransportException;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.core.v1.Namespace;
import dev.quilla.model.core.v1.NamespaceCondition;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Empties namespaces that are being deleted, of what other servers hold of them too, and lets them
 * go when they are empty.
 */
public final class NamespaceController implements Controller {

    private static final String FINALIZER = "kubernetes";
    private static final String METADATA =
            "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
    private static final String PODS = "pods.";
    private static final Duration SOON = Duration.ofMillis(500);

    /** How long a server that is away is left alone. */
    private static final Duration LATER = Duration.ofSeconds(5);

    private final ApiClient client;
    private final Deletables deletables;
    private final InstantSource clock;
    private final Informer<Namespace> namespaces;

    /** Works through a client and shared informers. */
    public NamespaceController(ApiClient client, Informers informers, InstantSource clock) {
        this.client = client;
        this.deletables = new Deletables(client.transport());
        this.clock = clock;
        this.namespaces = informers.of(Resources.NAMESPACES);
    }

    @Override
    public String name() {
        return "namespace";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(Trigger.onItself(namespaces));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<Namespace> namespace = namespaces.get(key);
        if (namespace.isEmpty() || !namespace.get().metadata().hasDeletionTimestamp()) {
            return Outcome.DONE;
        }
        Deletables.Holdings holdings = deletables.inNamespaces();
        Emptied emptied = emptyAll(key.name(), holdings.collections());
        Namespace told =
                tell(
                        namespace.get(),
                        new NamespaceRemains(
                                holdings.unknown(),
                                emptied.failures().stream().map(NamespaceController::told).toList(),
                                emptied.left()));
        if (!emptied.failures().isEmpty()) {
            throw emptied.failure();
        }
        if (!emptied.left().isEmpty()) {
            return new Outcome.After(SOON);
        }
        if (!holdings.unknown().isEmpty()) {
            return new Outcome.After(LATER);
        }
        List<String> others = new ArrayList<>(told.spec().finalizers());
        if (!others.remove(FINALIZER)) {
            return Outcome.DONE;
        }
        Namespace done = told.toBuilder().spec(s -> s.finalizers(others)).build();
        client.transport()
                .call(
                        ApiRequest.of("PUT", "/api/v1/namespaces/" + key.name() + "/finalize")
                                .withBody(Body.of(done.struct())))
                .orThrow();
        return Outcome.DONE;
    }

    private static String told(RuntimeException failure) {
        return String.valueOf(failure.getMessage());
    }

    /** What a look at a namespace has come to. */
    private record Emptied(List<NamespaceRemains.Left> left, List<RuntimeException> failures) {

        /** The first failure, which knows of the others. */
        RuntimeException failure() {
            RuntimeException first = failures.getFirst();
            failures.stream().skip(1).forEach(first::addSuppressed);
            return first;
        }
    }

    /**
     * Deletes what a namespace holds: the pods, and all else once they are gone, so that none runs
     * without the policies that were made for it.
     */
    private Emptied emptyAll(String namespace, List<Deletables.Collection> collections) {
        Emptied pods =
                emptyEach(
                        namespace,
                        collections.stream().filter(c -> c.name().equals(PODS)).toList());
        return pods.left().isEmpty() && pods.failures().isEmpty()
                ? emptyEach(
                        namespace,
                        collections.stream().filter(c -> !c.name().equals(PODS)).toList())
                : pods;
    }

    /**
     * Deletes, and looks what is left, being ended gracefully or held by finalizers. One server
     * that fails keeps nothing of the others.
     */
    private Emptied emptyEach(String namespace, List<Deletables.Collection> collections) {
        List<NamespaceRemains.Left> left = new ArrayList<>();
        List<RuntimeException> failures = new ArrayList<>();
        for (Deletables.Collection collection : collections) {
            String path = collection.path().formatted(namespace);
            try {
                if (empty(path, collection.whole())) {
                    left(collection.name(), path).ifPresent(left::add);
                }
            } catch (ApiException | TransportException e) {
                failures.add(e);
            }
        }
        return new Emptied(left, failures);
    }

    private Optional<NamespaceRemains.Left> left(String name, String path) {
        ApiResponse list =
                client.transport().call(ApiRequest.get(path).withAccept(METADATA)).orThrow();
        Object items = JsonTree.parseObject(list.body().encoded().shared()).get("items");
        if (!(items instanceof List<?> all) || all.isEmpty()) {
            return Optional.empty();
        }
        SortedMap<String, Integer> finalizers = new TreeMap<>();
        for (Object item : all) {
            if (item instanceof Map<?, ?> object
                    && object.get("metadata") instanceof Map<?, ?> metadata
                    && metadata.get("finalizers") instanceof List<?> held) {
                held.forEach(f -> finalizers.merge(String.valueOf(f), 1, Integer::sum));
            }
        }
        return Optional.of(new NamespaceRemains.Left(name, all.size(), finalizers));
    }

    private boolean empty(String path, boolean whole) {
        ApiRequest request = ApiRequest.get(path);
        ApiResponse list =
                client.transport().call(whole ? request.withQuery("limit", "1") : request);
        if (list.code() == 404 || list.code() == 405) {
            // It is not served any more, or not so.
            return false;
        }
        Object items = JsonTree.parseObject(list.orThrow().body().encoded().shared()).get("items");
        if (!(items instanceof List<?> some) || some.isEmpty()) {
            return false;
        }
        if (whole) {
            client.transport().call(ApiRequest.of("DELETE", path)).orThrow();
        } else {
            some.forEach(item -> deleteOne(path, item));
        }
        return true;
    }

    private void deleteOne(String path, Object item) {
        if (item instanceof Map<?, ?> object
                && object.get("metadata") instanceof Map<?, ?> metadata
                && metadata.get("name") instanceof String name) {
            ApiResponse gone = client.transport().call(ApiRequest.of("DELETE", path + "/" + name));
            if (gone.code() != 404) {
                gone.orThrow();
            }
        }
    }

    /**
     * Says in its status why a namespace stays, or stays no more; says nothing where it goes at
     * once.
     */
    private Namespace tell(Namespace namespace, NamespaceRemains remains) {
        List<NamespaceCondition> before = namespace.status().conditions();
        if (remains.none() && before.isEmpty()) {
            return namespace;
        }
        List<NamespaceCondition> now = remains.conditions(before, clock.instant());
        if (now.equals(before)) {
            return namespace;
        }
        return client.resource(Resources.NAMESPACES)
                .updateStatus(namespace.toBuilder().status(s -> s.conditions(now)).build());
    }
}
