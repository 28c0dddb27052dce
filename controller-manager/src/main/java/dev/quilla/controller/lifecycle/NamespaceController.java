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
import dev.quilla.model.apiextensions.v1.CustomResourceDefinition;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinitionVersion;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.core.v1.Namespace;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Empties namespaces that are being deleted, and lets them go when they are empty. */
public final class NamespaceController implements Controller {

    private final ApiClient client;
    private final Informer<Namespace> namespaces;
    private final Informer<CustomResourceDefinition> customKinds;

    /** Works through a client and shared informers. */
    public NamespaceController(ApiClient client, Informers informers) {
        this.client = client;
        this.namespaces = informers.of(Resources.NAMESPACES);
        this.customKinds = informers.of(Resources.CUSTOM_RESOURCE_DEFINITIONS);
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
        for (String collection : collections()) {
            left |= empty(collection.formatted(key.name()));
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

    /** The paths of all that a namespace may hold, with a place for its name. */
    private Set<String> collections() {
        Set<String> paths = new LinkedHashSet<>();
        for (ApiResource resource : Schema.builtin().resources()) {
            boolean holds =
                    resource.namespaced()
                            && resource.verbs().contains("deletecollection")
                            && resource.verbs().contains("list");
            if (holds) {
                var gvr = resource.gvr();
                String root = gvr.group().isEmpty() ? "/api/" : "/apis/";
                paths.add(root + gvr.groupVersion() + "/namespaces/%s/" + gvr.resource());
            }
        }
        for (CustomResourceDefinition crd : customKinds.all().toList()) {
            if (crd.spec().scope().equals("Namespaced")) {
                crd.spec().versions().stream()
                        .filter(CustomResourceDefinitionVersion::served)
                        .findFirst()
                        .ifPresent(version ->
                                paths.add(
                                        "/apis/%s/%s/namespaces/%%s/%s"
                                                .formatted(
                                                        crd.spec().group(),
                                                        version.name(),
                                                        crd.spec().names().plural())));
            }
        }
        return paths;
    }

    /** Deletes a collection; answers whether some are left, being ended gracefully. */
    private boolean empty(String path) {
        ApiResponse list = client.transport().call(ApiRequest.get(path).withQuery("limit", "1"));
        if (list.code() == 404) {
            return false;
        }
        Object items = JsonTree.parseObject(list.orThrow().body().encoded().shared()).get("items");
        if (!(items instanceof List<?> some) || some.isEmpty()) {
            return false;
        }
        client.transport().call(ApiRequest.of("DELETE", path)).orThrow();
        return true;
    }
}
