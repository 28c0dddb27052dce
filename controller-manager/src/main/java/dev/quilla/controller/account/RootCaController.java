package dev.quilla.controller.account;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.ConfigMap;
import dev.quilla.model.core.v1.Namespace;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Publishes the cluster's CA in every namespace, for pods to trust the API. */
public final class RootCaController implements Controller {

    private static final String NAME = "kube-root-ca.crt";

    private final ApiClient client;
    private final Informer<Namespace> namespaces;
    private final Informer<ConfigMap> maps;
    private final Map<String, String> data;

    /** Works through a client and shared informers. */
    public RootCaController(ApiClient client, Informers informers, String authorityPem) {
        this.client = client;
        this.namespaces = informers.of(Resources.NAMESPACES);
        this.maps = informers.of(Resources.CONFIG_MAPS);
        this.data = Map.of("ca.crt", authorityPem);
    }

    @Override
    public String name() {
        return "rootca";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(
                Trigger.onItself(namespaces),
                Trigger.on(
                        maps,
                        m ->
                                m.name().equals(NAME)
                                        ? List.of(ObjectKey.cluster(m.namespace()))
                                        : List.of()));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<Namespace> namespace = namespaces.get(key);
        if (namespace.isEmpty() || namespace.get().metadata().hasDeletionTimestamp()) {
            return Outcome.DONE;
        }
        Optional<ConfigMap> before = maps.get(new ObjectKey(key.name(), NAME));
        if (before.isEmpty()) {
            create(key.name());
        } else if (!before.get().data().equals(data)) {
            client.resource(Resources.CONFIG_MAPS)
                    .update(before.get().toBuilder().data(data).build());
        }
        return Outcome.DONE;
    }

    private void create(String namespace) {
        try {
            client.resource(Resources.CONFIG_MAPS)
                    .create(
                            ConfigMap.builder()
                                    .metadata(m -> m.namespace(namespace).name(NAME))
                                    .data(data)
                                    .build());
        } catch (ApiException e) {
            if (!e.reason().equals("AlreadyExists")) {
                throw e;
            }
        }
    }
}
