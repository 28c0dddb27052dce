package dev.quilla.kubelet.pods;

import dev.quilla.kubelet.runtime.RunState;
import dev.quilla.kubelet.runtime.RuntimeContainer;
import dev.quilla.kubelet.runtime.SandboxId;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.ContainerStatus;
import dev.quilla.model.core.v1.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Decides what a pod needs next. Pure: everything it knows is given. Init containers run one after
 * the other; one that restarts always is a sidecar, which only has to be up before the next (as in
 * Kubernetes' KEP 753).
 */
final class PodPlanner {

    private static final String ALWAYS = "Always";
    private static final ContainerReport.Waiting INITIALIZING =
            new ContainerReport.Waiting("PodInitializing", "");

    private static final ContainerReport.Waiting TOO_LATE =
            new ContainerReport.Waiting(
                    "DeadlineExceeded",
                    "Pod was active on the node longer than the specified deadline");

    private final Pod pod;
    private final PodState actual;
    private final Predicate<String> started;
    private final Function<String, Duration> backoff;
    private final Instant now;
    private final List<SyncPlan.Start> start = new ArrayList<>();
    private final Map<String, ContainerReport.Waiting> waiting = new HashMap<>();
    private Optional<Duration> lookAgain = Optional.empty();

    private PodPlanner(
            Pod pod,
            PodState actual,
            Predicate<String> started,
            Function<String, Duration> backoff,
            Instant now) {
        this.pod = pod;
        this.actual = actual;
        this.started = started;
        this.backoff = backoff;
        this.now = now;
    }

    /**
     * Plans the next step.
     *
     * @param started whether a running container has passed its startup probe
     * @param backoff how long a container has to rest after its last end
     */
    static SyncPlan plan(
            Pod pod,
            PodState actual,
            Predicate<String> started,
            Function<String, Duration> backoff,
            Instant now) {
        return new PodPlanner(pod, actual, started, backoff, now).plan();
    }

    private SyncPlan plan() {
        Optional<SyncPlan.Outcome> known = knownOutcome();
        if (known.isPresent()) {
            return over(known.get());
        }
        if (isPastDeadline()) {
            return SyncPlan.over(actual, SyncPlan.Outcome.FAILED, Optional.of(TOO_LATE));
        }
        boolean goOn = true;
        boolean initFailed = false;
        for (Container init : pod.spec().initContainers()) {
            if (!goOn) {
                waiting.put(init.name(), INITIALIZING);
            } else if (isSidecar(init)) {
                tend(init, true);
                // Once the main containers were started they don't wait for a sidecar again.
                goOn = isBegun() || (runs(init.name()) && started.test(init.name()));
            } else if (!hasSucceeded(init.name()) && !isBegun()) {
                tend(init, !restartPolicy(init).equals("Never"));
                initFailed |= isEnded(init.name()) && restartPolicy(init).equals("Never");
                goOn = false;
            }
        }
        if (initFailed) {
            return over(SyncPlan.Outcome.FAILED);
        }
        for (Container container : pod.spec().containers()) {
            if (goOn) {
                tend(container, isToRestart(container));
            } else {
                waiting.put(container.name(), INITIALIZING);
            }
        }
        EphemeralContainers.of(pod).forEach(this::join);
        return outcome()
                .map(this::over)
                .orElseGet(() ->
                        new SyncPlan(
                                start,
                                List.of(),
                                waiting,
                                SyncPlan.Outcome.GOES_ON,
                                Optional.empty(),
                                lookAgain));
    }

    private SyncPlan over(SyncPlan.Outcome outcome) {
        return SyncPlan.over(actual, outcome, Optional.empty());
    }

    /** A pod that is over stays so, whatever becomes of its containers. */
    private Optional<SyncPlan.Outcome> knownOutcome() {
        return switch (pod.status().phase()) {
            case "Succeeded" -> Optional.of(SyncPlan.Outcome.SUCCEEDED);
            case "Failed" -> Optional.of(SyncPlan.Outcome.FAILED);
            default -> Optional.empty();
        };
    }

    private boolean isPastDeadline() {
        if (!pod.spec().hasActiveDeadlineSeconds()) {
            return false;
        }
        Optional<Instant> end =
                pod.status()
                        .startTime()
                        .map(s -> s.plusSeconds(pod.spec().activeDeadlineSeconds()));
        end.filter(now::isBefore).ifPresent(e -> lookAgainIn(Duration.between(now, e)));
        return end.isPresent() && !now.isBefore(end.get());
    }

    /** Main containers were started once: then init containers are not run again. */
    private boolean isBegun() {
        return actual.sandbox().isPresent()
                && pod.spec().containers().stream()
                        .anyMatch(c ->
                                actual.current(c.name())
                                        .filter(f -> f.sandbox().equals(sandbox()))
                                        .isPresent());
    }

    private SandboxId sandbox() {
        return actual.sandbox().orElseThrow().id();
    }

    /** An ephemeral container is started once, whatever the others are at, and never again. */
    private void join(Container ephemeral) {
        Optional<RuntimeContainer> current = actual.current(ephemeral.name());
        if (current.isEmpty() && !wasBegun(ephemeral)) {
            start.add(new SyncPlan.Start(ephemeral, 0, Optional.empty()));
        } else if (current.filter(this::isMadeHere).isPresent()) {
            start.add(new SyncPlan.Start(ephemeral, current.get().attempt(), Optional.empty()));
        }
    }

    private boolean wasBegun(Container ephemeral) {
        return pod.status().ephemeralContainerStatuses().stream()
                .anyMatch(s -> s.name().equals(ephemeral.name()) && !s.containerID().isEmpty());
    }

    /** It was made, and its start is still to come. */
    private boolean isMadeHere(RuntimeContainer found) {
        return found.state() instanceof RunState.Created && isHere(found);
    }

    private void tend(Container container, boolean again) {
        Optional<RuntimeContainer> current = actual.current(container.name());
        if (current.isEmpty()) {
            start.add(new SyncPlan.Start(container, restarts(container), Optional.empty()));
            return;
        }
        switch (current.get().state()) {
            case RunState.Created _ ->
                    start.add(
                            new SyncPlan.Start(
                                    container,
                                    current.get().attempt() + (isHere(current.get()) ? 0 : 1),
                                    actual.previous(container.name())));
            case RunState.Running _ -> {
                if (!isHere(current.get())) {
                    start.add(new SyncPlan.Start(container, current.get().attempt() + 1, current));
                }
            }
            case RunState.Exited exited -> {
                if (again) {
                    restart(container, current.get(), exited);
                }
            }
        }
    }

    private boolean isHere(RuntimeContainer found) {
        return actual.sandbox().filter(s -> s.id().equals(found.sandbox())).isPresent();
    }

    /** Nothing is left of it here; its status remembers how often it was started. */
    private int restarts(Container container) {
        return Stream.concat(
                                pod.status().containerStatuses().stream(),
                                pod.status().initContainerStatuses().stream())
                        .filter(s ->
                                s.name().equals(container.name()) && !s.containerID().isEmpty())
                        .mapToInt(ContainerStatus::restartCount)
                        .findFirst()
                        .orElse(-1)
                + 1;
    }

    private void restart(Container container, RuntimeContainer current, RunState.Exited exited) {
        Duration delay = backoff.apply(container.name());
        Duration left = Duration.between(now, exited.finishedAt().plus(delay));
        if (left.isPositive()) {
            lookAgainIn(left);
            waiting.put(
                    container.name(),
                    new ContainerReport.Waiting(
                            ContainerReport.CRASH_LOOP,
                            "back-off %ds restarting failed container=%s pod=%s_%s(%s)"
                                    .formatted(
                                            delay.toSeconds(),
                                            container.name(),
                                            pod.name(),
                                            pod.namespace(),
                                            pod.uid())));
        } else {
            start.add(new SyncPlan.Start(container, current.attempt() + 1, Optional.of(current)));
        }
    }

    private void lookAgainIn(Duration left) {
        lookAgain = Optional.of(lookAgain.filter(other -> other.compareTo(left) < 0).orElse(left));
    }

    private Optional<SyncPlan.Outcome> outcome() {
        boolean anyFailed = false;
        for (Container container : pod.spec().containers()) {
            Optional<RuntimeContainer> current = actual.current(container.name());
            if (current.isEmpty()
                    || !(current.get().state() instanceof RunState.Exited exited)
                    || isToRestart(container)) {
                return Optional.empty();
            }
            anyFailed |= exited.exitCode() != 0;
        }
        return Optional.of(anyFailed ? SyncPlan.Outcome.FAILED : SyncPlan.Outcome.SUCCEEDED);
    }

    private boolean isToRestart(Container container) {
        return switch (restartPolicy(container)) {
            case ALWAYS -> true;
            case "Never" -> false;
            default -> !hasSucceeded(container.name());
        };
    }

    private String restartPolicy(Container container) {
        return container.restartPolicy().isEmpty()
                ? pod.spec().restartPolicy()
                : container.restartPolicy();
    }

    static boolean isSidecar(Container init) {
        return init.restartPolicy().equals(ALWAYS);
    }

    private boolean runs(String name) {
        return actual.current(name).filter(RuntimeContainer::running).isPresent();
    }

    private boolean isEnded(String name) {
        return actual.current(name).filter(c -> c.state() instanceof RunState.Exited).isPresent();
    }

    private boolean hasSucceeded(String name) {
        return actual.current(name)
                .filter(c -> c.state() instanceof RunState.Exited e && e.exitCode() == 0)
                .isPresent();
    }
}
