package dev.quilla.scheduler;

import dev.quilla.plugin.ClusterEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/**
 * Runs scheduling cycles so that a plugin's policy can hold up neither the scheduler nor the pods
 * that did not ask for it. Cycles run on platform threads, since a policy that never returns would
 * keep a carrier of virtual threads for ever; such a policy costs one thread, and is then set aside
 * until its plugin changes.
 */
final class CycleRunner implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(2);

    /** How often a call is looked at before it counts as hanging. */
    private static final int LOOKS = 20;

    /**
     * What a cycle came to.
     *
     * @param failures of policies that were left out of it, or that ended it
     */
    record Outcome(Decision decision, List<PolicyFailure> failures) {
        Outcome {
            failures = List.copyOf(failures);
        }
    }

    private final RandomGenerator random;
    private final Duration look;

    /** Handed from cycle to cycle; replaced when the thread of one may still use it. */
    private ShapeMemory memory = new ShapeMemory();

    private final Set<Object> aside =
            Collections.newSetFromMap(Collections.synchronizedMap(new IdentityHashMap<>()));
    private final ExecutorService threads =
            Executors.newCachedThreadPool(
                    Thread.ofPlatform().daemon().name("scheduling-", 0).factory());

    CycleRunner(RandomGenerator random) {
        this(random, LIMIT);
    }

    /** A runner whose policies have so long for one answer. */
    CycleRunner(RandomGenerator random, Duration limit) {
        this.random = random;
        this.look = limit.dividedBy(LOOKS);
    }

    /** Decides about a pod, without those policies that joined unasked and fail. */
    Outcome run(ClusterSnapshot cluster, PodInfo pod, Profile profile) throws InterruptedException {
        List<PolicyFailure> failures = new ArrayList<>();
        for (Profile asked = profile; ; asked = asked.without(failures.getLast().policy())) {
            try {
                return new Outcome(tryOnce(cluster, pod, asked), failures);
            } catch (PolicyFailure e) {
                failures.add(e);
                if (e.policy().trust() != Profile.Trust.JOINED) {
                    return new Outcome(
                            new Decision.Failed(String.valueOf(e.getMessage())), failures);
                }
            }
        }
    }

    private Decision tryOnce(ClusterSnapshot cluster, PodInfo pod, Profile profile)
            throws InterruptedException {
        if (!profile.missing().isEmpty()) {
            return new Decision.Failed(
                    "no loaded plugin brings what SchedulerProfile %s asks for: %s"
                            .formatted(profile.name(), String.join(", ", profile.missing())));
        }
        for (Profile.Weighted policy : profile.policies()) {
            if (aside.contains(policy.policy())) {
                throw PolicyFailure.setAside(policy, "did not answer");
            }
        }
        PolicyCalls calls = new PolicyCalls();
        SchedulingCycle cycle = new SchedulingCycle(random, calls, memory);
        return watched(calls, () -> cycle.schedule(cluster, pod, profile));
    }

    /** Whether an event may help a pod that a policy rejected; true where it can't say. */
    boolean mayHelp(Profile.Weighted policy, ClusterEvent event, PodInfo pod) {
        if (policy.trust() == Profile.Trust.BUILT_IN) {
            return policy.policy().mayHelp(event, pod);
        }
        if (aside.contains(policy.policy())) {
            return true;
        }
        PolicyCalls calls = new PolicyCalls();
        try {
            return watched(
                    calls, () -> calls.ask(policy, () -> policy.policy().mayHelp(event, pod)));
        } catch (PolicyFailure e) {
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private <T> T watched(PolicyCalls calls, Callable<T> task) throws InterruptedException {
        Future<T> future = threads.submit(task);
        PolicyCalls.Call seen = null;
        int looks = 0;
        while (true) {
            Optional<T> answer = answer(future);
            if (answer.isPresent()) {
                return answer.get();
            }
            PolicyCalls.Call now = calls.current();
            looks = now != null && now == seen ? looks + 1 : 0;
            seen = now;
            if (now != null && looks >= LOOKS) {
                calls.giveUp();
                memory = new ShapeMemory();
                future.cancel(true);
                aside.add(now.policy().policy());
                throw PolicyFailure.setAside(now.policy(), "did not answer within " + limit());
            }
        }
    }

    private String limit() {
        return look.multipliedBy(LOOKS).toMillis() + " ms";
    }

    private <T> Optional<T> answer(Future<T> future) throws InterruptedException {
        try {
            return Optional.of(future.get(look.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error error -> throw error;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    /** Forgets what was set aside and is no longer there. */
    void keepOnly(List<Object> policies) {
        Set<Object> present = Collections.newSetFromMap(new IdentityHashMap<>());
        present.addAll(policies);
        aside.removeIf(policy -> !present.contains(policy));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
