package dev.quilla.controller.workload;

import dev.quilla.model.batch.v1.Job;
import dev.quilla.model.batch.v1.SuccessPolicyRule;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/** Which indexes must have succeeded for a job to be complete, where not all must. Pure. */
final class SuccessPolicy {

    private SuccessPolicy() {}

    /**
     * Why a job is complete; empty if it is not by its policy.
     *
     * @param done the indexes that have succeeded
     */
    static Optional<String> met(Job job, SortedSet<Integer> done) {
        if (!JobPlan.isIndexed(job)) {
            return Optional.empty();
        }
        List<SuccessPolicyRule> rules = job.spec().successPolicy().rules();
        for (int i = 0; i < rules.size(); i++) {
            if (isMet(rules.get(i), job.spec().completions(), done)) {
                return Optional.of("Matched rules at index " + i);
            }
        }
        return Optional.empty();
    }

    private static boolean isMet(SuccessPolicyRule rule, int completions, SortedSet<Integer> done) {
        if (rule.succeededIndexes().isEmpty()) {
            return rule.hasSucceededCount() && done.size() >= rule.succeededCount();
        }
        SortedSet<Integer> wanted = JobIndexes.parse(rule.succeededIndexes(), completions);
        long there = wanted.stream().filter(done::contains).count();
        return there >= (rule.hasSucceededCount() ? rule.succeededCount() : wanted.size());
    }
}
