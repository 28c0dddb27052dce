package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.cel.Expression;
import dev.quilla.apiserver.cel.Expressions;
import dev.quilla.apiserver.kinds.KindBehaviour;
import dev.quilla.model.Struct;
import dev.quilla.model.admissionregistration.v1.AuditAnnotation;
import dev.quilla.model.admissionregistration.v1.MutatingAdmissionPolicy;
import dev.quilla.model.admissionregistration.v1.MutatingAdmissionPolicyBinding;
import dev.quilla.model.admissionregistration.v1.MutatingAdmissionPolicySpec;
import dev.quilla.model.admissionregistration.v1.Mutation;
import dev.quilla.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import dev.quilla.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import dev.quilla.model.admissionregistration.v1.ValidatingAdmissionPolicySpec;
import dev.quilla.model.admissionregistration.v1.Validation;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The kinds of policies and their bindings: defaults, and what they may say. */
public final class PolicyKinds {

    private static final List<String> REASONS =
            List.of("Forbidden", "Invalid", "RequestEntityTooLarge");

    private PolicyKinds() {}

    /** A policy of either sort. */
    private abstract static class OfPolicy implements KindBehaviour {

        private final boolean mutates;

        OfPolicy(boolean mutates) {
            this.mutates = mutates;
        }

        @Override
        public Struct defaults(Struct object) {
            return PolicyDefaults.policy(object);
        }

        @Override
        public List<FieldError> validate(Struct object, Optional<Struct> before) {
            List<FieldError> errors = new ArrayList<>();
            check(object, PolicyRules.policy(object, mutates, errors), errors);
            return errors;
        }

        /** What its sort has of its own. */
        abstract void check(Struct object, Expressions expressions, List<FieldError> errors);
    }

    /** {@code ValidatingAdmissionPolicy}. */
    public static final class OfValidating extends OfPolicy {

        /** The kind. */
        public OfValidating() {
            super(false);
        }

        @Override
        void check(Struct object, Expressions expressions, List<FieldError> errors) {
            ValidatingAdmissionPolicySpec spec = new ValidatingAdmissionPolicy(object).spec();
            if (spec.validations().isEmpty() && spec.auditAnnotations().isEmpty()) {
                String why = "validations or auditAnnotations must contain at least one item";
                errors.add(FieldError.required("spec.validations", why));
                errors.add(FieldError.required("spec.auditAnnotations", why));
            }
            for (int i = 0; i < spec.validations().size(); i++) {
                validation(
                        spec.validations().get(i),
                        "spec.validations[" + i + "]",
                        expressions,
                        errors);
            }
            for (int i = 0; i < spec.auditAnnotations().size(); i++) {
                annotation(
                        spec.auditAnnotations().get(i),
                        "spec.auditAnnotations[" + i + "]",
                        expressions,
                        errors);
            }
        }

        private static void validation(
                Validation validation,
                String at,
                Expressions expressions,
                List<FieldError> errors) {
            Optional<Expression> _ =
                    PolicyRules.expression(
                            validation.expression(),
                            expressions::condition,
                            at + ".expression",
                            errors);
            if (!validation.messageExpression().isEmpty()) {
                Optional<Expression> _ =
                        PolicyRules.expression(
                                validation.messageExpression(),
                                expressions::text,
                                at + ".messageExpression",
                                errors);
            }
            if (validation.hasMessage() && validation.message().isBlank()) {
                errors.add(
                        FieldError.invalid(
                                at + ".message",
                                validation.message(),
                                "message must be non-empty if specified"));
            } else if (validation.message().contains("\n")) {
                errors.add(
                        FieldError.invalid(
                                at + ".message",
                                validation.message(),
                                "must not contain line breaks"));
            }
            if (!validation.reason().isEmpty() && !REASONS.contains(validation.reason())) {
                errors.add(FieldError.notSupported(at + ".reason", validation.reason(), REASONS));
            }
        }

        private static void annotation(
                AuditAnnotation annotation,
                String at,
                Expressions expressions,
                List<FieldError> errors) {
            Names.qualified(annotation.key())
                    .filter(why -> !annotation.key().isEmpty())
                    .ifPresent(why ->
                            errors.add(FieldError.invalid(at + ".key", annotation.key(), why)));
            Optional<Expression> _ =
                    PolicyRules.expression(
                            annotation.valueExpression(),
                            expressions::textOrNull,
                            at + ".valueExpression",
                            errors);
        }
    }

    /** {@code MutatingAdmissionPolicy}. */
    public static final class OfMutating extends OfPolicy {

        /** The kind. */
        public OfMutating() {
            super(true);
        }

        @Override
        void check(Struct object, Expressions expressions, List<FieldError> errors) {
            MutatingAdmissionPolicySpec spec = new MutatingAdmissionPolicy(object).spec();
            if (spec.reinvocationPolicy().isEmpty()) {
                errors.add(FieldError.required("spec.reinvocationPolicy", ""));
            }
            if (spec.mutations().isEmpty()) {
                errors.add(
                        FieldError.required(
                                "spec.mutations", "mutations must contain at least one item"));
            }
            for (int i = 0; i < spec.mutations().size(); i++) {
                mutation(spec.mutations().get(i), "spec.mutations[" + i + "]", expressions, errors);
            }
        }

        private static void mutation(
                Mutation mutation, String at, Expressions expressions, List<FieldError> errors) {
            switch (mutation.patchType()) {
                case "ApplyConfiguration" ->
                        change(
                                "applyConfiguration",
                                mutation.hasApplyConfiguration(),
                                mutation.applyConfiguration().expression(),
                                "jsonPatch",
                                mutation.hasJsonPatch(),
                                at,
                                expressions,
                                errors);
                case "JSONPatch" ->
                        change(
                                "jsonPatch",
                                mutation.hasJsonPatch(),
                                mutation.jsonPatch().expression(),
                                "applyConfiguration",
                                mutation.hasApplyConfiguration(),
                                at,
                                expressions,
                                errors);
                default -> {
                    // Told by the schema.
                }
            }
        }

        /** A mutation has the field of its type, and not the other one. */
        private static void change(
                String wanted,
                boolean has,
                String source,
                String other,
                boolean hasOther,
                String at,
                Expressions expressions,
                List<FieldError> errors) {
            String type = wanted.equals("jsonPatch") ? "JSONPatch" : "ApplyConfiguration";
            if (hasOther) {
                errors.add(
                        FieldError.invalid(
                                at + "." + other,
                                "{...}",
                                "%s must not be specified when patchType is %s"
                                        .formatted(other, type)));
            }
            if (!has) {
                errors.add(
                        FieldError.required(
                                at + "." + wanted,
                                "%s must be specified when patchType is %s"
                                        .formatted(wanted, type)));
                return;
            }
            Optional<Expression> _ =
                    PolicyRules.expression(
                            source, expressions::any, at + "." + wanted + ".expression", errors);
        }
    }

    /** {@code ValidatingAdmissionPolicyBinding}. */
    public static final class OfValidatingBinding implements KindBehaviour {

        @Override
        public Struct defaults(Struct object) {
            return PolicyDefaults.binding(object);
        }

        @Override
        public List<FieldError> validate(Struct object, Optional<Struct> before) {
            List<FieldError> errors = new ArrayList<>();
            PolicyRules.binding(object, errors);
            actions(
                    new ValidatingAdmissionPolicyBinding(object).spec().validationActions(),
                    errors);
            return errors;
        }

        private static void actions(List<String> actions, List<FieldError> errors) {
            String at = "spec.validationActions";
            if (actions.isEmpty()) {
                errors.add(FieldError.required(at, "at least one validation action is required"));
            }
            for (int i = 0; i < actions.size(); i++) {
                if (actions.subList(0, i).contains(actions.get(i))) {
                    errors.add(FieldError.duplicate(at + "[" + i + "]", actions.get(i)));
                }
            }
            if (actions.contains("Deny") && actions.contains("Warn")) {
                errors.add(
                        FieldError.invalid(
                                at,
                                actions,
                                "must not contain both Deny and Warn (repeating the same validation"
                                        + " failure information in the API response and headers"
                                        + " serves no purpose)"));
            }
        }
    }

    /** {@code MutatingAdmissionPolicyBinding}. */
    public static final class OfMutatingBinding implements KindBehaviour {

        @Override
        public Struct defaults(Struct object) {
            return PolicyDefaults.binding(object);
        }

        @Override
        public List<FieldError> validate(Struct object, Optional<Struct> before) {
            List<FieldError> errors = new ArrayList<>();
            if (new MutatingAdmissionPolicyBinding(object).spec().policyName().isEmpty()) {
                errors.add(FieldError.required("spec.policyName", ""));
            }
            PolicyRules.binding(object, errors);
            return errors;
        }
    }
}
