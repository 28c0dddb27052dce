package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.admission.match.RuleMatcher;
import dev.quilla.apiserver.auth.Authorizer;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.Versions;

/** What both sorts of policies work with. Thread-safe. */
public final class PolicyParts {

    /** What a policy with one parameter may take for a request. */
    static final long STEPS_MAX = 2_000_000;

    private final Invocations invocations;
    private final RequestValues values;
    private final Versions versions;

    /** Policies for the resources of a registry. */
    public PolicyParts(
            ResourceRegistry registry,
            ObjectStore objects,
            Versions versions,
            Authorizer authorizer) {
        this.versions = versions;
        RuleMatcher matcher = new RuleMatcher(registry, objects);
        this.invocations = new Invocations(matcher, new Params(registry, objects));
        this.values = new RequestValues(matcher, versions, authorizer);
    }

    Invocations invocations() {
        return invocations;
    }

    RequestValues values() {
        return values;
    }

    Versions versions() {
        return versions;
    }
}
