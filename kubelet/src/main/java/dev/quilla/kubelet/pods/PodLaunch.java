package dev.quilla.kubelet.pods;

import dev.quilla.client.EventType;
import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.ContainerRuntimeException.Reason;
import dev.quilla.kubelet.runtime.RunState;
import dev.quilla.kubelet.runtime.RuntimeContainer;
import dev.quilla.kubelet.runtime.SandboxId;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Starts the containers of one pod: volumes, sandbox and network first, then one after the other.
 * What could not be started is tried again later, and later each time. One thread uses it.
 */
final class PodLaunch {

    private static final Duration AFTER_FAILURE = PodWorker.AFTER_FAILURE;

    /** A container that could not be started, and when that is tried again. */
    private record Failure(ContainerReport.Waiting why, Instant until) {}

    /**
     * What came of it.
     *
     * @param waiting why containers that were to be started wait, by name
     * @param again when to try once more, if something failed
     */
    record Result(Map<String, ContainerReport.Waiting> waiting, Optional<Duration> again) {}

    private final PodWorker.Shared shared;
    private final PodProbes probes;
    private final VolumeKeeper volumes;
    private final RestartBackoff backoff;
    private final Map<String, Failure> failures = new HashMap<>();
    private Optional<SandboxId> connected = Optional.empty();

    /**
     * Nothing is started yet.
     *
     * @param backoff learns of restarts and failures
     */
    PodLaunch(
            PodWorker.Shared shared,
            PodProbes probes,
            VolumeKeeper volumes,
            RestartBackoff backoff) {
        this.shared = shared;
        this.probes = probes;
        this.volumes = volumes;
        this.backoff = backoff;
    }

    /** Starts what a plan says. */
    Result start(Pod current, PodState actual, SyncPlan plan)
            throws IOException, InterruptedException {
        Map<String, ContainerReport.Waiting> waiting = new HashMap<>();
        Optional<Duration> again = start(current, actual, plan, waiting);
        return new Result(waiting, again);
    }

    private static Optional<Duration> sooner(Optional<Duration> a, Optional<Duration> b) {
        return Stream.of(a, b).flatMap(Optional::stream).min(Duration::compareTo);
    }

    private Optional<Duration> start(
            Pod current,
            PodState actual,
            SyncPlan plan,
            Map<String, ContainerReport.Waiting> waiting)
            throws IOException, InterruptedException {
        Optional<Duration> volumesLater = volumes.prepare(current);
        if (volumesLater.isPresent()) {
            notYet(plan, waiting);
            return volumesLater;
        }
        SandboxId sandbox;
        try {
            sandbox = sandbox(current, actual);
        } catch (ContainerRuntimeException e) {
            shared.events()
                    .record(
                            current,
                            EventType.WARNING,
                            "FailedCreatePodSandBox",
                            "Failed to create pod sandbox: " + e.getMessage());
            notYet(plan, waiting);
            return Optional.of(AFTER_FAILURE);
        }
        Optional<Duration> again = Optional.empty();
        for (SyncPlan.Start start : plan.start()) {
            again = sooner(again, start(current, sandbox, start, waiting));
        }
        return again;
    }

    private static void notYet(SyncPlan plan, Map<String, ContainerReport.Waiting> waiting) {
        plan.start()
                .forEach(s ->
                        waiting.put(
                                s.container().name(),
                                new ContainerReport.Waiting("ContainerCreating", "")));
    }

    /** A sandbox is of use once its network and its hosts file are there: that may have failed. */
    private SandboxId sandbox(Pod current, PodState actual) throws IOException {
        SandboxId id =
                actual.sandbox().isPresent()
                        ? actual.sandbox().get().id()
                        : shared.sandboxes().make(current, actual);
        if (connected.filter(id::equals).isEmpty()) {
            shared.sandboxes().connect(current, id);
            connected = Optional.of(id);
        }
        return id;
    }

    private Optional<Duration> start(
            Pod current,
            SandboxId sandbox,
            SyncPlan.Start start,
            Map<String, ContainerReport.Waiting> waiting)
            throws InterruptedException {
        String name = start.container().name();
        Instant now = shared.clock().instant();
        Failure failure = failures.get(name);
        if (failure != null && now.isBefore(failure.until())) {
            waiting.put(name, failure.why());
            return Optional.of(Duration.between(now, failure.until()));
        }
        probes.forget(name);
        start.previous()
                .map(RuntimeContainer::state)
                .filter(RunState.Exited.class::isInstance)
                .map(RunState.Exited.class::cast)
                .ifPresent(e -> backoff.restarted(name, e.startedAt(), e.finishedAt()));
        try {
            shared.starter()
                    .start(
                            current,
                            sandbox,
                            start.container(),
                            start.attempt(),
                            shared.sandboxes().address(current));
            failures.remove(name);
            return Optional.empty();
        } catch (ContainerRuntimeException e) {
            return Optional.of(
                    failed(current, start.container(), e.reason(), e.getMessage(), waiting));
        } catch (IOException e) {
            return Optional.of(
                    failed(
                            current,
                            start.container(),
                            Reason.CREATE_CONTAINER,
                            String.valueOf(e.getMessage()),
                            waiting));
        }
    }

    private Duration failed(
            Pod current,
            Container container,
            Reason reason,
            String message,
            Map<String, ContainerReport.Waiting> waiting) {
        String name = container.name();
        shared.events()
                .record(
                        current,
                        EventType.WARNING,
                        "Failed",
                        reason == Reason.IMAGE_PULL
                                ? "Failed to pull image \"%s\": %s"
                                        .formatted(container.image(), message)
                                : "Error: " + message);
        waiting.put(name, new ContainerReport.Waiting(reason.text(), message));
        // What is missing in the cluster may come at any time; an engine or registry needs rest.
        Duration pause = AFTER_FAILURE;
        if (reason != Reason.CONTAINER_CONFIG) {
            backoff.failed(name);
            pause = backoff.delay(name);
        }
        ContainerReport.Waiting later =
                reason == Reason.IMAGE_PULL
                        ? new ContainerReport.Waiting(
                                "ImagePullBackOff",
                                "Back-off pulling image \"%s\": %s"
                                        .formatted(container.image(), message))
                        : new ContainerReport.Waiting(reason.text(), message);
        failures.put(name, new Failure(later, shared.clock().instant().plus(pause)));
        return pause;
    }
}
