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

/**
 * Empties namespaces that are being deleted, of what other servers hold of them too, and lets them
 * go when they are empty.
 */
public final class NamespaceController implements Controller {

    private static final String DISCOVERY_FAILURE = "NamespaceDeletionDiscoveryFailure";
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
        tellUnknown(namespace.get(), holdings.unknown());
        if (emptyAll(key.name(), holdings.collections())) {
            return new Outcome.After(SOON);
        }
        if (!holdings.unknown().isEmpty()) {
            return new Outcome.After(LATER);
        }
        Namespace done = namespace.get().toBuilder().spec(s -> s.clearFinalizers()).build();
        client.transport()
                .call(
                        ApiRequest.of("PUT", "/api/v1/namespaces/" + key.name() + "/finalize")
                                .withBody(Body.of(done.struct())))
                .orThrow();
        return Outcome.DONE;
    }

    /**
     * Deletes what a namespace holds; answers whether some is left, being ended gracefully. One
     * server that fails keeps nothing of the others.
     */
    private boolean emptyAll(String namespace, List<Deletables.Collection> collections) {
        boolean left = false;
        List<RuntimeException> failures = new ArrayList<>();
        for (Deletables.Collection collection : collections) {
            try {
                left |= empty(collection.path().formatted(namespace), collection.whole());
            } catch (ApiException | TransportException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            RuntimeException first = failures.removeFirst();
            failures.forEach(first::addSuppressed);
            throw first;
        }
        return left;
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

    /** Says in its status why a namespace stays: nobody knows what some groups hold of it. */
    private void tellUnknown(Namespace namespace, List<String> unknown) {
        Optional<NamespaceCondition> told =
                namespace.status().conditions().stream()
                        .filter(c -> c.type().equals(DISCOVERY_FAILURE))
                        .findFirst();
        String status = unknown.isEmpty() ? "False" : "True";
        if (told.map(NamespaceCondition::status).orElse("False").equals(status)) {
            return;
        }
        List<NamespaceCondition> conditions = new ArrayList<>(namespace.status().conditions());
        conditions.removeIf(c -> c.type().equals(DISCOVERY_FAILURE));
        conditions.add(
                NamespaceCondition.builder()
                        .type(DISCOVERY_FAILURE)
                        .status(status)
                        .lastTransitionTime(clock.instant())
                        .reason(unknown.isEmpty() ? "ResourcesDiscovered" : "DiscoveryFailed")
                        .message(
                                unknown.isEmpty()
                                        ? "All resources successfully discovered"
                                        : "Discovery failed for some groups, %d failing: %s"
                                                .formatted(
                                                        unknown.size(), String.join(", ", unknown)))
                        .build());
        client.resource(Resources.NAMESPACES)
                .updateStatus(namespace.toBuilder().status(s -> s.conditions(conditions)).build());
    }
}
