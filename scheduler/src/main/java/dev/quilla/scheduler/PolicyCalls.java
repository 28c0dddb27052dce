package dev.quilla.scheduler;

import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The questions of one scheduling cycle to policies. One thread asks; another may look which
 * plugin's policy is being asked right now, and give the cycle up.
 */
final class PolicyCalls {

    /** One question; a new object each time, so that a watcher can tell it from the next. */
    static final class Call {
        private final Profile.Weighted policy;

        private Call(Profile.Weighted policy) {
            this.policy = policy;
        }

        Profile.Weighted policy() {
            return policy;
        }
    }

    private volatile @Nullable Call current;
    private volatile boolean givenUp;

    /**
     * Asks a policy.
     *
     * @throws PolicyFailure if it throws
     */
    <T> T ask(Profile.Weighted policy, Supplier<T> question) {
        if (givenUp) {
            throw new CancellationException("the cycle was given up");
        }
        boolean watched = policy.trust() != Profile.Trust.BUILT_IN;
        if (watched) {
            current = new Call(policy);
        }
        try {
            return question.get();
        } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
            throw PolicyFailure.thrown(policy, e);
        } finally {
            if (watched) {
                current = null;
            }
        }
    }

    /** The question to a plugin's policy that is not answered yet. */
    @Nullable Call current() {
        return current;
    }

    /** Nobody waits for the cycle any more: no further question is asked. */
    void giveUp() {
        givenUp = true;
    }
}
