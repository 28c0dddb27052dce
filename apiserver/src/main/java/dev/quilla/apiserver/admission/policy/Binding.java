package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.admission.match.MatchRules;
import dev.quilla.model.admissionregistration.v1.MatchResources;
import dev.quilla.model.admissionregistration.v1.ParamRef;
import java.util.List;
import java.util.Optional;

/**
 * Where a policy is in force, and with which parameters.
 *
 * @param actions what is done when it is broken; of mutating policies there are none
 */
record Binding(
        String name,
        String policy,
        MatchRules match,
        Optional<ParamRef> params,
        List<String> actions) {

    Binding {
        actions = List.copyOf(actions);
    }

    static Binding of(
            String name,
            String policy,
            MatchResources match,
            Optional<ParamRef> params,
            List<String> actions) {
        return new Binding(name, policy, MatchRules.ofBinding(match), params, actions);
    }
}
