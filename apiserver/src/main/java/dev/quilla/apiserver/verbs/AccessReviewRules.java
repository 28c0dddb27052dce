package dev.quilla.apiserver.verbs;

import dev.quilla.model.authorization.v1.FieldSelectorAttributes;
import dev.quilla.model.authorization.v1.LabelSelectorAttributes;
import dev.quilla.model.authorization.v1.ResourceAttributes;
import dev.quilla.model.authorization.v1.SubjectAccessReviewSpec;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a question about rights must be like, as Kubernetes' API server asks for it. A question that
 * means nothing must not get an answer that looks like one. Pure.
 */
final class AccessReviewRules {

    private static final String RESOURCE = "spec.resourceAttributes";
    private static final Set<String> WITH_VALUES = Set.of("In", "NotIn");
    private static final Set<String> WITHOUT_VALUES = Set.of("Exists", "DoesNotExist");

    private AccessReviewRules() {}

    /** What is wrong with a question about somebody. */
    static List<FieldError> check(SubjectAccessReviewSpec spec) {
        List<FieldError> errors =
                check(
                        spec.hasResourceAttributes(),
                        spec.hasNonResourceAttributes(),
                        spec.resourceAttributes());
        if (spec.user().isEmpty() && spec.groups().isEmpty()) {
            errors.add(
                    FieldError.invalid(
                            "spec.user", "", "at least one of user or group must be specified"));
        }
        return errors;
    }

    /**
     * What is wrong with a question.
     *
     * @param resource what it says of a resource; empty where it says nothing
     */
    static List<FieldError> check(boolean isResource, boolean isPath, ResourceAttributes resource) {
        List<FieldError> errors = new ArrayList<>();
        if (isResource && isPath) {
            errors.add(
                    FieldError.invalid(
                            "spec.nonResourceAttributes",
                            "{}",
                            "cannot be specified in combination with resourceAttributes"));
        }
        if (!isResource && !isPath) {
            errors.add(
                    FieldError.invalid(
                            RESOURCE,
                            "null",
                            "exactly one of nonResourceAttributes or resourceAttributes must be"
                                    + " specified"));
        }
        if (resource.hasFieldSelector()) {
            checkFields(RESOURCE + ".fieldSelector", resource.fieldSelector(), errors);
        }
        if (resource.hasLabelSelector()) {
            checkLabels(RESOURCE + ".labelSelector", resource.labelSelector(), errors);
        }
        return errors;
    }

    private static void checkFields(
            String at, FieldSelectorAttributes selector, List<FieldError> errors) {
        checkForm(at, selector.rawSelector(), selector.requirements(), errors);
        for (int i = 0; i < selector.requirements().size(); i++) {
            var one = selector.requirements().get(i);
            String place = at + ".requirements[" + i + "]";
            if (one.key().isEmpty()) {
                errors.add(FieldError.required(place + ".key", "must be specified"));
            }
            checkValues(place, one.operator(), one.values(), errors);
        }
    }

    private static void checkLabels(
            String at, LabelSelectorAttributes selector, List<FieldError> errors) {
        checkForm(at, selector.rawSelector(), selector.requirements(), errors);
        for (int i = 0; i < selector.requirements().size(); i++) {
            var one = selector.requirements().get(i);
            String place = at + ".requirements[" + i + "]";
            checkValues(place, one.operator(), one.values(), errors);
            Names.qualified(one.key())
                    .ifPresent(p -> errors.add(FieldError.invalid(place + ".key", one.key(), p)));
            for (int j = 0; j < one.values().size(); j++) {
                String value = one.values().get(j);
                String here = place + ".values[" + j + "]";
                Names.labelValue(value)
                        .ifPresent(p -> errors.add(FieldError.invalid(here, value, p)));
            }
        }
    }

    private static void checkForm(
            String at, String raw, List<?> requirements, List<FieldError> errors) {
        if (!raw.isEmpty() && !requirements.isEmpty()) {
            errors.add(
                    FieldError.invalid(
                            at + ".rawSelector",
                            raw,
                            "may not specified at the same time as requirements"));
        }
        if (raw.isEmpty() && requirements.isEmpty()) {
            errors.add(
                    FieldError.required(
                            at + ".requirements",
                            "when %s is specified, requirements or rawSelector is required"
                                    .formatted(at)));
        }
    }

    private static void checkValues(
            String at, String operator, List<String> values, List<FieldError> errors) {
        if (WITH_VALUES.contains(operator)) {
            if (values.isEmpty()) {
                errors.add(
                        FieldError.required(
                                at + ".values",
                                "must be specified when `operator` is 'In' or 'NotIn'"));
            }
        } else if (WITHOUT_VALUES.contains(operator)) {
            if (!values.isEmpty()) {
                errors.add(
                        FieldError.forbidden(
                                at + ".values",
                                "may not be specified when `operator` is 'Exists' or"
                                        + " 'DoesNotExist'"));
            }
        }
        // Another operator may be one of a later version: what can't be read limits nothing.
    }
}
