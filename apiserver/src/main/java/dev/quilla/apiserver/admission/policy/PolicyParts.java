package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.admission.match.RequestValues;
import dev.quilla.apiserver.admission.match.RuleMatcher;
import dev.quilla.apiserver.admission.match.Subject;
import dev.quilla.apiserver.auth.Authorizer;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.Versions;
import dev.quilla.model.Struct;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

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

    /**
     * What the expressions of a policy read of a request that is looked at with a parameter, but
     * for its own variables.
     *
     * @param object what is sent, in the request's own version; empty for deletions
     */
    Map<String, Supplier<Object>> values(Subject subject, Optional<Struct> object, Object params) {
        Map<String, Supplier<Object>> all = values.of(subject, object);
        all.put("params", () -> params);
        return all;
    }

    Versions versions() {
        return versions;
    }
}
