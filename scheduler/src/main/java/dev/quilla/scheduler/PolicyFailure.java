package dev.quilla.scheduler;

import org.jspecify.annotations.Nullable;

/** A policy threw, or did not answer. */
final class PolicyFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Profile.Weighted policy;
    private final boolean usable;

    private PolicyFailure(
            Profile.Weighted policy, String what, @Nullable Throwable cause, boolean usable) {
        super(policy + " " + what, cause);
        this.policy = policy;
        this.usable = usable;
    }

    static PolicyFailure thrown(Profile.Weighted policy, Throwable cause) {
        String text = cause.getMessage() == null ? "" : ": " + cause.getMessage();
        return new PolicyFailure(
                policy, "failed: " + cause.getClass().getName() + text, cause, true);
    }

    static PolicyFailure setAside(Profile.Weighted policy, String why) {
        return new PolicyFailure(
                policy, why + " and is not asked again until its plugin changes", null, false);
    }

    Profile.Weighted policy() {
        return policy;
    }

    /** Whether it makes sense to ask the policy again. */
    boolean usable() {
        return usable;
    }
}
