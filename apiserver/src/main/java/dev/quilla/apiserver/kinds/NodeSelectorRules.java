package dev.quilla.apiserver.kinds;

import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.NodeSelector;
import dev.quilla.model.core.v1.NodeSelectorRequirement;
import dev.quilla.model.core.v1.NodeSelectorTerm;
import dev.quilla.model.core.v1.Taint;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Rules of what chooses nodes, and of what keeps pods away from them. */
final class NodeSelectorRules {

    private NodeSelectorRules() {}

    /** A node selector. */
    static void selector(Struct part, String at, List<FieldError> errors) {
        List<NodeSelectorTerm> terms = new NodeSelector(part).nodeSelectorTerms();
        if (terms.isEmpty()) {
            errors.add(
                    FieldError.required(
                            at + ".nodeSelectorTerms",
                            "must have at least one node selector term"));
        }
        for (int i = 0; i < terms.size(); i++) {
            term(terms.get(i).struct(), at + ".nodeSelectorTerms[" + i + "]", errors);
        }
    }

    /** One of a node selector's terms. */
    static void term(Struct part, String at, List<FieldError> errors) {
        NodeSelectorTerm term = new NodeSelectorTerm(part);
        for (int i = 0; i < term.matchExpressions().size(); i++) {
            expression(term.matchExpressions().get(i), at + ".matchExpressions[" + i + "]", errors);
        }
        for (int i = 0; i < term.matchFields().size(); i++) {
            field(term.matchFields().get(i), at + ".matchFields[" + i + "]", errors);
        }
    }

    private static void expression(
            NodeSelectorRequirement requirement, String at, List<FieldError> errors) {
        int values = requirement.values().size();
        switch (requirement.operator()) {
            case "In", "NotIn" -> {
                if (values == 0) {
                    errors.add(
                            FieldError.required(
                                    at + ".values",
                                    "must be specified when `operator` is 'In' or 'NotIn'"));
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (values > 0) {
                    errors.add(
                            FieldError.forbidden(
                                    at + ".values",
                                    "may not be specified when `operator` is 'Exists' or"
                                            + " 'DoesNotExist'"));
                }
            }
            case "Gt", "Lt" -> {
                if (values != 1) {
                    errors.add(
                            FieldError.required(
                                    at + ".values",
                                    "must be specified single value when `operator` is 'Lt' or"
                                            + " 'Gt'"));
                }
            }
            default ->
                    errors.add(
                            FieldError.invalid(
                                    at + ".operator",
                                    requirement.operator(),
                                    "not a valid selector operator"));
        }
        Names.qualified(requirement.key())
                .ifPresent(p -> errors.add(FieldError.invalid(at + ".key", requirement.key(), p)));
    }

    /** Of a node's fields, its name alone can be asked for. */
    private static void field(
            NodeSelectorRequirement requirement, String at, List<FieldError> errors) {
        boolean in = List.of("In", "NotIn").contains(requirement.operator());
        if (!in) {
            errors.add(
                    FieldError.invalid(
                            at + ".operator",
                            requirement.operator(),
                            "not a valid selector operator"));
        } else if (requirement.values().size() != 1) {
            errors.add(
                    FieldError.required(
                            at + ".values",
                            "must be only one value when `operator` is 'In' or 'NotIn' for node"
                                    + " field selector"));
        }
        if (!requirement.key().equals("metadata.name")) {
            errors.add(
                    FieldError.invalid(
                            at + ".key", requirement.key(), "not a valid field selector key"));
        }
    }

    /** A node's specification: taints of which no two have the same key and effect. */
    static void taints(Struct spec, String at, List<FieldError> errors) {
        List<?> taints = spec.find("taints").map(t -> (List<?>) t).orElse(List.of());
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < taints.size(); i++) {
            Taint taint = new Taint((Struct) taints.get(i));
            String place = at + ".taints[" + i + "]";
            problem(Names.qualified(taint.key()), place + ".key", taint.key(), errors);
            problem(Names.labelValue(taint.value()), place + ".value", taint.value(), errors);
            if (!seen.add(taint.key() + ":" + taint.effect())) {
                errors.add(FieldError.duplicate(place, taint.key() + ":" + taint.effect()));
            }
        }
    }

    private static void problem(
            Optional<String> problem, String at, String value, List<FieldError> errors) {
        problem.ifPresent(p -> errors.add(FieldError.invalid(at, value, p)));
    }
}
