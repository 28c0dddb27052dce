package dev.quilla.apiserver.admission.webhook;

import dev.quilla.apiserver.admission.match.RequestValues;
import dev.quilla.apiserver.admission.match.RuleMatcher;
import dev.quilla.apiserver.auth.Authorizer;
import dev.quilla.apiserver.outbound.OutboundClient;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.Versions;
import java.util.function.Supplier;

/** What both sorts of webhooks work with. Thread-safe. */
public final class Webhooks {

    private final RuleMatcher matching;
    private final Caller caller;
    private final Versions versions;

    /**
     * Webhooks for the resources of a registry.
     *
     * @param authorizer whom conditions ask what somebody may do
     * @param newUid makes what no other call is called
     */
    public Webhooks(
            ObjectStore objects,
            ResourceRegistry registry,
            Versions versions,
            Authorizer authorizer,
            OutboundClient client,
            Supplier<String> newUid) {
        this.matching = new RuleMatcher(registry, objects);
        this.caller = new Caller(client, new RequestValues(matching, versions, authorizer), newUid);
        this.versions = versions;
    }

    RuleMatcher matching() {
        return matching;
    }

    Caller caller() {
        return caller;
    }

    Versions versions() {
        return versions;
    }
}
