package dev.quilla.apiserver.kinds;

import dev.quilla.model.meta.v1.LabelSelector;
import dev.quilla.model.meta.v1.LabelSelectorRequirement;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.List;

/** Rules of label selectors, wherever they stand. */
final class SelectorRules {

    private static final List<String> OPERATORS = List.of("DoesNotExist", "Exists", "In", "NotIn");

    private SelectorRules() {}

    static List<FieldError> check(LabelSelector selector, String at) {
        List<FieldError> errors =
                new ArrayList<>(Names.labels(selector.matchLabels(), at + ".matchLabels"));
        for (int i = 0; i < selector.matchExpressions().size(); i++) {
            LabelSelectorRequirement one = selector.matchExpressions().get(i);
            String place = at + ".matchExpressions[" + i + "]";
            switch (one.operator()) {
                case "In", "NotIn" -> {
                    if (one.values().isEmpty()) {
                        errors.add(
                                FieldError.required(
                                        place + ".values",
                                        "must be specified when `operator` is 'In' or 'NotIn'"));
                    }
                }
                case "Exists", "DoesNotExist" -> {
                    if (!one.values().isEmpty()) {
                        errors.add(
                                FieldError.forbidden(
                                        place + ".values",
                                        "may not be specified when `operator` is 'Exists' or"
                                                + " 'DoesNotExist'"));
                    }
                }
                default ->
                        errors.add(
                                FieldError.invalid(
                                        place + ".operator",
                                        one.operator(),
                                        "not a valid selector operator, use one of " + OPERATORS));
            }
            Names.qualified(one.key())
                    .ifPresent(p -> errors.add(FieldError.invalid(place + ".key", one.key(), p)));
            for (int v = 0; v < one.values().size(); v++) {
                String value = one.values().get(v);
                String where = place + ".values[" + v + "]";
                Names.labelValue(value)
                        .ifPresent(p -> errors.add(FieldError.invalid(where, value, p)));
            }
        }
        return errors;
    }
}
