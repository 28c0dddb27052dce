package dev.quilla.controller.account;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Namespace;
import dev.quilla.model.core.v1.ServiceAccount;
import java.util.List;
import java.util.Optional;

/** Gives every namespace the service account that pods have who name none. */
public final class ServiceAccountController implements Controller {

    private static final String DEFAULT = "default";

    private final ApiClient client;
    private final Informer<Namespace> namespaces;
    private final Informer<ServiceAccount> accounts;

    /** Works through a client and shared informers. */
    public ServiceAccountController(ApiClient client, Informers informers) {
        this.client = client;
        this.namespaces = informers.of(Resources.NAMESPACES);
        this.accounts = informers.of(Resources.SERVICE_ACCOUNTS);
    }

    @Override
    public String name() {
        return "serviceaccount";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(
                Trigger.onItself(namespaces),
                Trigger.on(accounts, a -> List.of(ObjectKey.cluster(a.namespace()))));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<Namespace> namespace = namespaces.get(key);
        ObjectKey account = new ObjectKey(key.name(), DEFAULT);
        boolean wanted =
                namespace.isPresent() && !namespace.get().metadata().hasDeletionTimestamp();
        if (!wanted || accounts.get(account).isPresent()) {
            return Outcome.DONE;
        }
        try {
            client.resource(Resources.SERVICE_ACCOUNTS)
                    .create(
                            ServiceAccount.builder()
                                    .metadata(m -> m.namespace(key.name()).name(DEFAULT))
                                    .build());
        } catch (ApiException e) {
            if (!e.reason().equals("AlreadyExists")) {
                throw e;
            }
        }
        return Outcome.DONE;
    }
}
