package dev.quilla.server.master;

import dev.quilla.apiserver.auth.Authorizer;
import dev.quilla.apiserver.auth.MastersAuthorizer;
import dev.quilla.apiserver.auth.NodeAuthorizer;
import dev.quilla.apiserver.auth.RoleAuthorizer;
import dev.quilla.apiserver.auth.RoleRules;
import dev.quilla.apiserver.auth.WebhookAuthorizer;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.server.config.AuthorizationPlan;
import dev.quilla.server.config.AuthorizationPlan.Entry;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Those who say what may be done, as a master's configuration has them. */
final class Authorizers {

    private Authorizers() {}

    static Authorizer of(
            AuthorizationPlan plan, RoleRules roles, ObjectStore objects, InstantSource clock) {
        List<Authorizer> all = new ArrayList<>();
        all.add(new MastersAuthorizer());
        for (Entry entry : plan.authorizers()) {
            all.add(
                    switch (entry) {
                        case Entry.Roles() -> new RoleAuthorizer(roles);
                        case Entry.Nodes() -> new NodeAuthorizer(objects);
                        case Entry.Webhook webhook ->
                                new WebhookAuthorizer(
                                        WebhookTransports.of(webhook.server(), webhook.timeout()),
                                        webhook.server().path(),
                                        webhook.settings(),
                                        clock);
                    });
        }
        return Authorizer.anyOf(all);
    }
}
