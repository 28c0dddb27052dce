package dev.quilla.e2e.robustness;

import dev.quilla.e2e.robustness.Operation.Answer;
import dev.quilla.e2e.robustness.Operation.Request;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Holds one lease after the other: makes it, gives it two keys, renews it for a while, and then
 * revokes it, or lets it run out, or comes too late with a renewal and another key.
 */
final class LeaseHolder implements Traffic.Client {

    static final String PREFIX = Traffic.PREFIX + "leases/";

    /** The shortest that the store gives. */
    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(2);

    private static final int RENEWALS_MAX = 6;
    private static final int PAUSE_MS_MAX = 900;
    private static final int LATE_MS_MAX = 1_500;

    /** A call, and how long to wait before it. */
    private record Step(int waitMs, Request request) {}

    private final SplittableRandom random;
    private final long base;
    private final Deque<Step> plan = new ArrayDeque<>();
    private long number;

    LeaseHolder(SplittableRandom random, long seed, int client) {
        this.random = random;
        // Numbers are taken for good: those of other seeds' leases must be others.
        this.base = ((seed & 0xffff_ffffL) << 30) | ((long) client << 20);
    }

    @Override
    public Request next() throws InterruptedException {
        if (plan.isEmpty()) {
            makePlan(base + ++number);
        }
        Step step = plan.remove();
        TimeUnit.MILLISECONDS.sleep(step.waitMs());
        return step.request();
    }

    private void makePlan(long lease) {
        plan.add(new Step(random.nextInt(50), new Request.Grant(lease, TIME_TO_LIVE)));
        plan.add(new Step(0, keys(lease, "a", "b")));
        for (int renewals = random.nextInt(RENEWALS_MAX); renewals > 0; renewals--) {
            plan.add(new Step(random.nextInt(PAUSE_MS_MAX), new Request.Renew(lease)));
        }
        int late = (int) TIME_TO_LIVE.toMillis() + random.nextInt(-300, LATE_MS_MAX);
        switch (random.nextInt(4)) {
            case 0 -> plan.add(new Step(random.nextInt(PAUSE_MS_MAX), new Request.Revoke(lease)));
            case 1 -> plan.add(new Step(late, new Request.Renew(lease)));
            case 2 -> plan.add(new Step(late, keys(lease, "c", "d")));
            default -> {}
        }
    }

    private static Request keys(long lease, String one, String other) {
        String prefix = PREFIX + lease + "/";
        Optional<String> value = Optional.of(lease + one);
        return new Request.Write(
                Map.of(prefix + one, value, prefix + other, value),
                Optional.empty(),
                OptionalLong.of(lease));
    }

    @Override
    public void answered(Request request, Answer answer) {
        // What is not known to live is left alone: whether it was made nobody can say.
        if (answer instanceof Answer.Lost || answer instanceof Answer.NoLease) {
            if (random.nextBoolean()) {
                plan.clear();
            }
        }
    }
}
