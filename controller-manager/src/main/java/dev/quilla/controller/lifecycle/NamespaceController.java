package dev.quilla.controller.lifecycle;

import dev.quilla.client.ApiClient;
import dev.quilla.client.ApiRequest;
import dev.quilla.client.ApiResponse;
import dev.quilla.client.Body;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.core.v1.Namespace;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Empties namespaces that are being deleted, and lets them go when they are empty. */
public final class NamespaceController implements Controller {

    private final ApiClient client;
    private final Informer<Namespace> namespaces;

    /** Works through a client and shared informers. */
    public NamespaceController(ApiClient client, Informers informers) {
        this.client = client;
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
        boolean left = false;
        for (ApiResource resource : Schema.builtin().resources()) {
            boolean holds =
                    resource.namespaced()
                            && resource.verbs().contains("deletecollection")
                            && resource.verbs().contains("list");
            if (holds) {
                left |= empty(resource, key.name());
            }
        }
        if (left) {
            return new Outcome.After(Duration.ofMillis(500));
        }
        Namespace done = namespace.get().toBuilder().spec(s -> s.clearFinalizers()).build();
        client.transport()
                .call(
                        ApiRequest.of("PUT", "/api/v1/namespaces/" + key.name() + "/finalize")
                                .withBody(Body.of(done.struct())))
                .orThrow();
        return Outcome.DONE;
    }

    /** Deletes a resource's objects; answers whether some are left, being ended gracefully. */
    private boolean empty(ApiResource resource, String namespace) {
        var gvr = resource.gvr();
        String path =
                (gvr.group().isEmpty() ? "/api/" : "/apis/")
                        + gvr.groupVersion()
                        + "/namespaces/"
                        + namespace
                        + "/"
                        + gvr.resource();
        ApiResponse list = client.transport().call(ApiRequest.get(path));
        if (list.code() == 404) {
            return false;
        }
        var items =
                list.orThrow().body().struct(resource.listDefinition().orElseThrow()).find("items");
        if (items.isEmpty() || ((List<?>) items.get()).isEmpty()) {
            return false;
        }
        client.transport().call(ApiRequest.of("DELETE", path)).orThrow();
        return true;
    }
}
