package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.admission.match.MatchRules;
import dev.quilla.model.Struct;
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

    /** A binding of either sort. */
    static Binding of(Struct object) {
        Struct spec = (Struct) object.find("spec").orElseThrow();
        return new Binding(
                object.text("metadata", "name"),
                spec.text("policyName"),
                MatchRules.ofBinding(
                        new MatchResources(
                                (Struct)
                                        spec.find("matchResources")
                                                .orElseGet(MatchResources.definition()::empty))),
                spec.find("paramRef").map(reference -> new ParamRef((Struct) reference)),
                ((List<?>) spec.find("validationActions").orElse(List.of()))
                        .stream().map(String::valueOf).toList());
    }
}
