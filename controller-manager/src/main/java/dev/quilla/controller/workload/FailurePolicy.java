package dev.quilla.controller.workload;

import dev.quilla.model.batch.v1.Job;
import dev.quilla.model.batch.v1.PodFailurePolicyOnExitCodesRequirement;
import dev.quilla.model.batch.v1.PodFailurePolicyOnPodConditionsPattern;
import dev.quilla.model.batch.v1.PodFailurePolicyRule;
import dev.quilla.model.core.v1.ContainerStatus;
import dev.quilla.model.core.v1.Pod;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a job's policy says of a pod that failed: the first rule that fits decides. Pure. */
final class FailurePolicy {

    /** The job has failed, whatever is left of its limit. */
    static final String FAIL_JOB = "FailJob";

    /** The failure does not count. */
    private static final String IGNORE = "Ignore";

    /** The pod's index has failed, whatever is left of its limit. */
    private static final String FAIL_INDEX = "FailIndex";

    private FailurePolicy() {}

    /**
     * A rule that fits.
     *
     * @param action what it says is to be done
     * @param message why
     */
    record Match(String action, String message) {}

    /** The rule for a pod; empty for one that has not failed, or that no rule fits. */
    static Optional<Match> match(Job job, Pod pod) {
        List<PodFailurePolicyRule> rules = job.spec().podFailurePolicy().rules();
        if (!pod.status().phase().equals("Failed")) {
            return Optional.empty();
        }
        for (int i = 0; i < rules.size(); i++) {
            PodFailurePolicyRule rule = rules.get(i);
            String end = " matching %s rule at index %d".formatted(rule.action(), i);
            Optional<String> why =
                    rule.hasOnExitCodes()
                            ? exitCode(rule.onExitCodes(), pod)
                            : condition(rule.onPodConditions(), pod);
            if (why.isPresent()) {
                return Optional.of(new Match(rule.action(), why.get() + end));
            }
        }
        return Optional.empty();
    }

    /** Whether a pod has failed in a way that does not count. */
    static boolean ignores(Job job, Pod pod) {
        return says(job, pod, IGNORE);
    }

    /** Whether a pod has failed in a way after which its index is not tried again. */
    static boolean givesUpIndex(Job job, Pod pod) {
        return says(job, pod, FAIL_INDEX);
    }

    private static boolean says(Job job, Pod pod, String action) {
        return match(job, pod).filter(m -> m.action().equals(action)).isPresent();
    }

    private static Optional<String> exitCode(
            PodFailurePolicyOnExitCodesRequirement wanted, Pod pod) {
        return Stream.concat(
                        pod.status().initContainerStatuses().stream(),
                        pod.status().containerStatuses().stream())
                .filter(c ->
                        wanted.containerName().isEmpty() || wanted.containerName().equals(c.name()))
                .filter(c -> c.state().hasTerminated() && exitCode(c) != 0)
                .filter(c ->
                        wanted.values().contains(exitCode(c)) == wanted.operator().equals("In"))
                .findFirst()
                .map(c ->
                        "Container %s for pod %s failed with exit code %d"
                                .formatted(c.name(), pod.key(), exitCode(c)));
    }

    private static int exitCode(ContainerStatus container) {
        return container.state().terminated().exitCode();
    }

    private static Optional<String> condition(
            List<PodFailurePolicyOnPodConditionsPattern> patterns, Pod pod) {
        return pod.status().conditions().stream()
                .filter(c ->
                        patterns.stream()
                                .anyMatch(p ->
                                        p.type().equals(c.type()) && status(p).equals(c.status())))
                .findFirst()
                .map(c -> "Pod %s has condition %s".formatted(pod.key(), c.type()));
    }

    private static String status(PodFailurePolicyOnPodConditionsPattern pattern) {
        return pattern.status().isEmpty() ? "True" : pattern.status();
    }
}
