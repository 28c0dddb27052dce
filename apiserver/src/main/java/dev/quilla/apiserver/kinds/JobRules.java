package dev.quilla.apiserver.kinds;

import dev.quilla.model.Struct;
import dev.quilla.model.batch.v1.JobSpec;
import dev.quilla.model.batch.v1.PodFailurePolicyRule;
import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.core.v1.PodTemplateSpec;
import dev.quilla.model.meta.v1.LabelSelector;
import dev.quilla.model.selector.Selector;
import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What jobs may say: which of their fields go together, and which stay. */
final class JobRules {

    private static final int PARALLELISM_MAX = 100_000;
    private static final int RULES_MAX = 20;
    private static final int EXIT_CODES_MAX = 255;
    private static final int MANAGER_MAX = 63;

    private final JobSpec spec;
    private final String at;
    private final boolean indexed;
    private final List<FieldError> errors = new ArrayList<>();

    private JobRules(JobSpec spec, String at) {
        this.spec = spec;
        this.at = at;
        this.indexed = spec.completionMode().equals("Indexed");
    }

    /** What is wrong with a job's specification that stands at a path, but for its template. */
    static List<FieldError> check(JobSpec spec, String at) {
        JobRules rules = new JobRules(spec, at);
        rules.indexes();
        rules.failures();
        rules.successes();
        rules.manager();
        return rules.errors;
    }

    private void indexes() {
        if (indexed && !spec.hasCompletions()) {
            required("completions", "when completion mode is Indexed");
        }
        if (indexed && spec.parallelism() > PARALLELISM_MAX) {
            invalid(
                    "parallelism",
                    spec.parallelism(),
                    "must be less than or equal to 100000 when completion mode is Indexed");
        }
        if (spec.hasBackoffLimitPerIndex() && spec.completionMode().equals("NonIndexed")) {
            invalid(
                    "backoffLimitPerIndex",
                    spec.backoffLimitPerIndex(),
                    "requires indexed completion mode");
        }
        if (!spec.hasMaxFailedIndexes()) {
            return;
        }
        if (!spec.hasBackoffLimitPerIndex()) {
            required("backoffLimitPerIndex", "when maxFailedIndexes is specified");
        }
        if (indexed && spec.hasCompletions() && spec.maxFailedIndexes() > spec.completions()) {
            invalid(
                    "maxFailedIndexes",
                    spec.maxFailedIndexes(),
                    "must be less than or equal to completions");
        }
    }

    private void failures() {
        if (!spec.hasPodFailurePolicy()) {
            return;
        }
        String restart = spec.template().spec().restartPolicy();
        if (!restart.equals("Never")) {
            invalid(
                    "template.spec.restartPolicy",
                    restart,
                    "only \"Never\" is supported when podFailurePolicy is specified");
        }
        if (spec.podReplacementPolicy().equals("TerminatingOrFailed")) {
            errors.add(
                    FieldError.notSupported(
                            at + ".podReplacementPolicy",
                            spec.podReplacementPolicy(),
                            List.of("Failed")));
        }
        List<PodFailurePolicyRule> rules = spec.podFailurePolicy().rules();
        if (rules.size() > RULES_MAX) {
            errors.add(FieldError.tooMany(at + ".podFailurePolicy.rules", rules.size(), RULES_MAX));
        }
        for (int i = 0; i < rules.size(); i++) {
            failure(rules.get(i), at + ".podFailurePolicy.rules[" + i + "]");
        }
    }

    private void failure(PodFailurePolicyRule rule, String place) {
        boolean conditions = !rule.onPodConditions().isEmpty();
        if (rule.hasOnExitCodes() && conditions) {
            errors.add(
                    FieldError.invalid(
                            place,
                            "specifying both OnExitCodes and OnPodConditions is not supported"));
        } else if (!rule.hasOnExitCodes() && !conditions) {
            errors.add(
                    FieldError.invalid(
                            place,
                            "specifying one of OnExitCodes and OnPodConditions is required"));
        }
        if (rule.action().equals("FailIndex") && !spec.hasBackoffLimitPerIndex()) {
            errors.add(
                    FieldError.invalid(
                            place + ".action",
                            rule.action(),
                            "requires the backoffLimitPerIndex to be set"));
        }
        if (rule.hasOnExitCodes()) {
            exitCodes(rule, place + ".onExitCodes");
        }
    }

    private void exitCodes(PodFailurePolicyRule rule, String place) {
        String container = rule.onExitCodes().containerName();
        PodSpec pod = spec.template().spec();
        boolean known =
                pod.containers().stream().anyMatch(c -> c.name().equals(container))
                        || pod.initContainers().stream().anyMatch(c -> c.name().equals(container));
        if (!container.isEmpty() && !known) {
            errors.add(
                    FieldError.invalid(
                            place + ".containerName",
                            container,
                            "must be one of the container or initContainer names in the pod"
                                    + " template"));
        }
        List<Integer> values = rule.onExitCodes().values();
        String at = place + ".values";
        if (values.isEmpty()) {
            errors.add(FieldError.invalid(at, values, "at least one value is required"));
        } else if (values.size() > EXIT_CODES_MAX) {
            errors.add(FieldError.tooMany(at, values.size(), EXIT_CODES_MAX));
        }
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) == 0 && rule.onExitCodes().operator().equals("In")) {
                errors.add(
                        FieldError.invalid(
                                at + "[" + i + "]", 0, "must not be 0 for the In operator"));
            }
            if (!seen.add(values.get(i))) {
                errors.add(FieldError.duplicate(at + "[" + i + "]", values.get(i)));
            }
        }
        if (!values.stream().sorted().toList().equals(values)) {
            errors.add(FieldError.invalid(at, values, "must be ordered"));
        }
    }

    private void successes() {
        if (!spec.hasSuccessPolicy()) {
            return;
        }
        if (!indexed) {
            invalid(
                    "successPolicy",
                    spec.successPolicy().struct(),
                    "requires indexed completion mode");
            return;
        }
        var rules = spec.successPolicy().rules();
        if (rules.isEmpty()) {
            required(
                    "successPolicy.rules",
                    "at least one rules must be specified when the successPolicy is specified");
        }
        for (int i = 0; i < rules.size(); i++) {
            var rule = rules.get(i);
            String place = "successPolicy.rules[" + i + "]";
            if (!rule.hasSucceededCount() && !rule.hasSucceededIndexes()) {
                required(
                        place,
                        "at least one of succeededCount or succeededIndexes must be specified");
            }
            if (rule.hasSucceededCount()
                    && spec.hasCompletions()
                    && rule.succeededCount() > spec.completions()) {
                invalid(
                        place + ".succeededCount",
                        rule.succeededCount(),
                        "must be less than or equal to %d (the number of specified completions)"
                                .formatted(spec.completions()));
            }
        }
    }

    private void manager() {
        String manager = spec.managedBy();
        if (!spec.hasManagedBy()) {
            return;
        }
        FormRules.domainPrefixedPath(manager).ifPresent(p -> invalid("managedBy", manager, p));
        if (manager.length() > MANAGER_MAX) {
            errors.add(FieldError.tooLong(at + ".managedBy", MANAGER_MAX));
        }
    }

    private void required(String field, String detail) {
        errors.add(FieldError.required(at + "." + field, detail));
    }

    private void invalid(String field, Object value, String detail) {
        errors.add(FieldError.invalid(at + "." + field, value, detail));
    }

    /** Pods that a job's maker chooses are those that it makes. */
    static void selector(JobSpec spec, List<FieldError> errors) {
        LabelSelector selector = spec.selector();
        if (selector.struct().isEmpty()) {
            errors.add(FieldError.required("spec.selector", ""));
        }
        List<FieldError> malformed = SelectorRules.check(selector, "spec.selector");
        errors.addAll(malformed);
        var labels = spec.template().metadata().labels();
        boolean chooses =
                !selector.struct().isEmpty()
                        && malformed.isEmpty()
                        && Selector.of(selector).matches(labels);
        if (malformed.isEmpty() && !chooses) {
            errors.add(
                    FieldError.invalid(
                            "spec.template.metadata.labels",
                            labels.isEmpty() ? Optional.empty() : labels,
                            "`selector` does not match template `labels`"));
        }
    }

    /**
     * What a job is stays; how many of its pods run at once, and whether, may change.
     *
     * @param runs whether it has pods
     */
    static void changes(JobSpec old, JobSpec now, boolean runs, List<FieldError> errors) {
        for (String field :
                List.of(
                        "selector",
                        "completionMode",
                        "podFailurePolicy",
                        "backoffLimitPerIndex",
                        "managedBy",
                        "successPolicy")) {
            stays(field, old.struct(), now.struct(), errors);
        }
        boolean free = old.suspend() && !runs;
        PodTemplateSpec template = free ? placed(old.template(), now.template()) : old.template();
        if (!template.equals(now.template())) {
            errors.add(
                    FieldError.invalid(
                            "spec.template", now.template().struct(), "field is immutable"));
        }
        if (!now.completionMode().equals("Indexed")) {
            stays("completions", old.struct(), now.struct(), errors);
        } else if (old.completions() != now.completions()
                && now.completions() != now.parallelism()) {
            errors.add(
                    FieldError.invalid(
                            "spec.completions",
                            now.completions(),
                            "can only be modified in tandem with spec.parallelism"));
        }
    }

    private static void stays(String field, Struct old, Struct now, List<FieldError> errors) {
        Optional<Object> value = now.find(field);
        if (!old.find(field).equals(value)) {
            errors.add(
                    FieldError.invalid(
                            "spec." + field, value.orElse("null"), "field is immutable"));
        }
    }

    /** A job that rests may still be told where its pods run. */
    private static PodTemplateSpec placed(PodTemplateSpec old, PodTemplateSpec now) {
        Struct spec = old.spec().struct();
        for (String field : List.of("nodeSelector", "tolerations", "affinity", "schedulingGates")) {
            Struct kept = spec;
            spec =
                    now.spec()
                            .struct()
                            .find(field)
                            .map(value -> kept.with(field, value))
                            .orElseGet(() -> kept.without(field));
        }
        PodSpec placed = new PodSpec(spec);
        return old.toBuilder().metadata(now.metadata()).spec(placed).build();
    }
}
