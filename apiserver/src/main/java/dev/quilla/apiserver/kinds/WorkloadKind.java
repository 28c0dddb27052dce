package dev.quilla.apiserver.kinds;

import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.PodTemplateSpec;
import dev.quilla.model.meta.v1.LabelSelector;
import dev.quilla.model.selector.Selector;
import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Kinds that keep pods of one template running. */
abstract class WorkloadKind implements KindBehaviour {

    /** How many revisions are kept where nothing is said of it. */
    static final int HISTORY = 10;

    abstract LabelSelector selector(Struct object);

    abstract PodTemplateSpec template(Struct object);

    /** The kind that an error names whose pods can't have a deadline. */
    abstract String podsOwner();

    /** The template with the volumes that its pods are given beside it. */
    PodTemplateSpec withClaims(Struct object) {
        return template(object);
    }

    /** Whether an object without a selector is told that it needs one. */
    boolean needsSelector() {
        return true;
    }

    /** Whether every template fits where there is no selector. */
    boolean fitsUnselected() {
        return false;
    }

    /** The kind that an error names whose selector chooses everything. */
    String lessened() {
        return "deployment";
    }

    /** Whether the selector stays as it was made. */
    boolean keepsSelector() {
        return true;
    }

    @Override
    public List<FieldError> validate(Struct object, Optional<Struct> before) {
        List<FieldError> errors = new ArrayList<>();
        long replicas = object.at("spec", "replicas").map(r -> ((Number) r).longValue()).orElse(0L);
        if (replicas < 0) {
            errors.add(
                    FieldError.invalid(
                            "spec.replicas", replicas, "must be greater than or equal to 0"));
        }
        LabelSelector selector = selector(object);
        boolean selects = object.at("spec", "selector").isPresent();
        if (!selects && needsSelector()) {
            errors.add(FieldError.required("spec.selector", ""));
        } else if (selects
                && selector.matchLabels().isEmpty()
                && selector.matchExpressions().isEmpty()) {
            errors.add(
                    FieldError.invalid(
                            "spec.selector",
                            selector.struct(),
                            "empty selector is invalid for " + lessened()));
        }
        before.filter(b -> keepsSelector() && !selector(b).equals(selector))
                .ifPresent(b ->
                        errors.add(
                                FieldError.invalid(
                                        "spec.selector", selector.struct(), "field is immutable")));
        if (object.at("spec", "template").isEmpty()) {
            errors.add(FieldError.required("spec.template", ""));
        } else {
            errors.addAll(check(withClaims(object), selector, selects));
        }
        return errors;
    }

    /** No selector chooses nothing where it has to be there, an empty one chooses everything. */
    private List<FieldError> check(
            PodTemplateSpec template, LabelSelector selector, boolean selects) {
        List<FieldError> errors = new ArrayList<>();
        Map<String, String> labels = template.metadata().labels();
        if (SelectorRules.check(selector, "").isEmpty()
                && !(selects ? Selector.of(selector).matches(labels) : fitsUnselected())) {
            errors.add(
                    FieldError.invalid(
                            "spec.template.metadata.labels",
                            labels.isEmpty() ? Optional.empty() : labels,
                            "`selector` does not match template `labels`"));
        }
        if (!template.spec().restartPolicy().equals("Always")) {
            errors.add(
                    FieldError.notSupported(
                            "spec.template.spec.restartPolicy",
                            template.spec().restartPolicy(),
                            List.of("Always")));
        }
        if (template.spec().hasActiveDeadlineSeconds()) {
            errors.add(
                    FieldError.forbidden(
                            "spec.template.spec.activeDeadlineSeconds",
                            "activeDeadlineSeconds in " + podsOwner() + " is not Supported"));
        }
        errors.addAll(PodRules.check(template, "spec.template"));
        return errors;
    }
}
