package dev.quilla.kubelet.pods;

import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.EventType;
import dev.quilla.client.TransportException;
import dev.quilla.kubelet.runtime.ContainerRuntime;
import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.ContainerRuntimeException.Reason;
import dev.quilla.kubelet.runtime.RunState;
import dev.quilla.kubelet.runtime.RuntimeContainer;
import dev.quilla.kubelet.runtime.SandboxId;
import dev.quilla.kubelet.volumes.PodVolumes;
import dev.quilla.model.ApiException;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.meta.v1.DeleteOptions;
import dev.quilla.plugin.host.PluginHost;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one pod to the state that is wanted, on a thread of its own, until it is gone. It is woken
 * by changes of the pod and of its containers; looking now and then is only the safety net.
 */
final class PodWorker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PodWorker.class);
    private static final Duration LOOK = Duration.ofSeconds(30);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);

    /** What workers share. */
    record Shared(
            ApiClient client,
            ContainerRuntime runtime,
            String runtimeName,
            SharedInventory inventory,
            PodSandbox sandboxes,
            ContainerStarter starter,
            PodMounts mounts,
            PluginHost plugins,
            PodVolumes volumes,
            LastWords lastWords,
            EventRecorder events,
            InstantSource clock,
            NodeFacts node) {}

    /** A container that could not be started, and when that is tried again. */
    private record Failure(ContainerReport.Waiting why, Instant until) {}

    private final Shared shared;
    private final Runnable onGone;
    private final Semaphore wake = new Semaphore(0);
    private final PodProbes probes;
    private final PodEnding ending;
    private final StatusWriter status;
    private final VolumeKeeper volumes;
    private final RestartBackoff backoff = new RestartBackoff();
    private final Map<String, Failure> failures = new HashMap<>();
    private final Thread thread;
    private Optional<SandboxId> connected = Optional.empty();
    private volatile Pod pod;
    private volatile boolean removed;
    private volatile boolean closed;

    PodWorker(Shared shared, Pod pod, Runnable onGone) {
        this.shared = shared;
        this.pod = pod;
        this.onGone = onGone;
        this.probes =
                new PodProbes(shared.runtime(), shared.plugins(), shared.events(), this::wake);
        this.ending = new PodEnding(shared.runtime(), shared.events(), shared.clock(), this::wake);
        this.status = new StatusWriter(shared.client());
        this.volumes = new VolumeKeeper(shared.volumes(), shared.events(), shared.clock());
        this.thread = Thread.ofVirtual().name("pod-" + pod.key()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void update(Pod changed) {
        pod = changed;
        wake();
    }

    /** The API has forgotten the pod: its containers must go all the same. */
    void remove() {
        removed = true;
        wake();
    }

    void wake() {
        wake.release();
    }

    Pod pod() {
        return pod;
    }

    private void run() {
        try {
            while (!closed) {
                wake.drainPermits();
                Optional<Duration> pause = Optional.of(AFTER_FAILURE);
                try {
                    pause = sync();
                } catch (ContainerRuntimeException
                        | IOException
                        | ApiException
                        | TransportException e) {
                    LOG.warn("pod {}: {}", pod.key(), e.getMessage());
                } catch (RuntimeException e) {
                    LOG.error("pod {} failed", pod.key(), e);
                }
                if (pause.isEmpty()) {
                    return;
                }
                boolean woken =
                        wake.tryAcquire(
                                Math.min(pause.get().toMillis(), LOOK.toMillis()) + 1,
                                TimeUnit.MILLISECONDS);
                LOG.trace("pod {} woken: {}", pod.key(), woken);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            probes.close();
        }
    }

    /** One step; answers when to look again, or nothing if the pod is gone. */
    private Optional<Duration> sync() throws IOException, InterruptedException {
        Pod current = pod;
        PodState actual = look(current);
        if (removed || current.metadata().hasDeletionTimestamp()) {
            return end(current, actual);
        }
        SyncPlan plan = plan(current, actual);
        if (plan.isOver()) {
            return rest(current, actual, plan);
        }
        Map<String, ContainerReport.Waiting> waiting = new HashMap<>(plan.waiting());
        Optional<Duration> lookAgain = plan.lookAgain();
        if (!plan.start().isEmpty()) {
            plan.waiting().keySet().forEach(probes::forget);
            lookAgain = sooner(lookAgain, start(current, actual, plan, waiting));
            actual = look(current);
        }
        actual.outdated().forEach(c -> shared.runtime().remove(c.id()));
        watch(current, actual);
        if (!actual.running().isEmpty()) {
            volumes.refresh(current);
        }
        backOffEvents(current, plan);
        report(current, actual, waiting, SyncPlan.Outcome.GOES_ON, Optional.empty());
        return Optional.of(lookAgain.orElse(LOOK));
    }

    private PodState look(Pod of) {
        return PodState.of(shared.inventory().now().of(of.uid()));
    }

    private SyncPlan plan(Pod current, PodState actual) throws IOException {
        SyncPlan plan =
                PodPlanner.plan(
                        current, actual, probes::started, backoff::delay, shared.clock().instant());
        Optional<String> excess = plan.isOver() ? Optional.empty() : volumes.excess(current);
        return excess.isEmpty()
                ? plan
                : SyncPlan.over(
                        actual,
                        SyncPlan.Outcome.FAILED,
                        Optional.of(new ContainerReport.Waiting("Evicted", excess.get())));
    }

    private static Optional<Duration> sooner(Optional<Duration> a, Optional<Duration> b) {
        return Stream.of(a, b).flatMap(Optional::stream).min(Duration::compareTo);
    }

    /** Starts what the plan says; answers when a failure is tried again. */
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

    private void backOffEvents(Pod current, SyncPlan plan) {
        plan.waiting()
                .forEach((name, why) -> {
                    if (why.reason().equals(ContainerReport.CRASH_LOOP)) {
                        shared.events()
                                .record(
                                        current,
                                        EventType.WARNING,
                                        "BackOff",
                                        "Back-off restarting failed container %s in pod %s_%s(%s)"
                                                .formatted(
                                                        name,
                                                        current.name(),
                                                        current.namespace(),
                                                        current.uid()));
                    }
                });
    }

    private void watch(Pod current, PodState actual) {
        String address = shared.sandboxes().address(current);
        Stream.concat(
                        current.spec().containers().stream(),
                        current.spec().initContainers().stream())
                .forEach(container -> {
                    Optional<RuntimeContainer> found = actual.current(container.name());
                    if (found.filter(RuntimeContainer::running).isPresent()) {
                        probes.watch(current, container, found.get(), address);
                    } else {
                        probes.forget(container.name());
                    }
                });
    }

    /** The pod is over and stays so: its logs can be read until it is deleted. */
    private Optional<Duration> rest(Pod current, PodState actual, SyncPlan plan)
            throws IOException {
        Optional<Duration> left = ending.step(current, plan.stop(), grace(current));
        if (left.isEmpty()) {
            probes.close();
            shared.sandboxes().rest(current, actual);
            shared.mounts().release(current.uid());
        }
        plan.why()
                .ifPresent(w ->
                        shared.events()
                                .record(current, EventType.WARNING, w.reason(), w.message()));
        report(current, actual, Map.of(), plan.outcome(), plan.why().or(() -> told(current)));
        return Optional.of(left.orElse(LOOK));
    }

    /** Why it failed, as was said when that was known. */
    private static Optional<ContainerReport.Waiting> told(Pod current) {
        return Optional.of(current.status())
                .filter(s -> !s.reason().isEmpty())
                .map(s -> new ContainerReport.Waiting(s.reason(), s.message()));
    }

    private static Duration grace(Pod of) {
        return Duration.ofSeconds(
                of.metadata().hasDeletionGracePeriodSeconds()
                        ? of.metadata().deletionGracePeriodSeconds()
                        : of.spec().terminationGracePeriodSeconds());
    }

    private Optional<Duration> end(Pod current, PodState actual) throws IOException {
        Duration grace = removed ? Duration.ZERO : grace(current);
        Optional<Duration> left = ending.step(current, actual.running(), grace);
        if (left.isPresent()) {
            if (!removed) {
                watch(current, actual);
                report(current, actual, Map.of(), SyncPlan.Outcome.GOES_ON, Optional.empty());
            }
            return left;
        }
        probes.close();
        if (!removed && !actual.isEmpty()) {
            report(current, actual, Map.of(), outcome(current, actual), Optional.empty());
        }
        shared.sandboxes().remove(PodSandbox.key(current), actual);
        removeFiles(current);
        if (!removed) {
            forget(current);
        }
        onGone.run();
        return Optional.empty();
    }

    /** The API need not wait for a file that resists: who looks for strangers tries again. */
    private void removeFiles(Pod current) {
        try {
            shared.mounts().remove(current.uid());
        } catch (IOException e) {
            LOG.warn("pod {}: its files are not all removed: {}", current.key(), e.toString());
        }
    }

    private static SyncPlan.Outcome outcome(Pod current, PodState actual) {
        boolean good =
                current.spec().containers().stream()
                        .allMatch(c ->
                                actual.current(c.name())
                                        .filter(f ->
                                                f.state() instanceof RunState.Exited e
                                                        && e.exitCode() == 0)
                                        .isPresent());
        return good ? SyncPlan.Outcome.SUCCEEDED : SyncPlan.Outcome.FAILED;
    }

    private void forget(Pod current) {
        try {
            shared.client()
                    .resource(Resources.PODS)
                    .delete(
                            current.key(),
                            DeleteOptions.builder()
                                    .gracePeriodSeconds(0)
                                    .preconditions(p -> p.uid(current.uid()))
                                    .build());
        } catch (ApiException e) {
            if (!e.isNotFound() && !e.isConflict()) {
                throw e;
            }
        }
    }

    private void report(
            Pod current,
            PodState actual,
            Map<String, ContainerReport.Waiting> waiting,
            SyncPlan.Outcome outcome,
            Optional<ContainerReport.Waiting> why) {
        PodStatuses.Facts facts =
                new PodStatuses.Facts(
                        reports(current, current.spec().initContainers(), actual, waiting),
                        reports(current, current.spec().containers(), actual, waiting),
                        outcome,
                        address(current, outcome),
                        shared.node().address(),
                        why);
        status.write(current, PodStatuses.of(current, facts, shared.clock().instant()));
    }

    /** A pod that is over keeps the address that it had in its status. */
    private String address(Pod current, SyncPlan.Outcome outcome) {
        return outcome == SyncPlan.Outcome.GOES_ON
                ? shared.sandboxes().address(current)
                : current.status().podIP();
    }

    private List<ContainerReport> reports(
            Pod current,
            List<Container> containers,
            PodState actual,
            Map<String, ContainerReport.Waiting> waiting) {
        return containers.stream().map(c -> report(current, c, actual, waiting)).toList();
    }

    private ContainerReport report(
            Pod current,
            Container container,
            PodState actual,
            Map<String, ContainerReport.Waiting> waiting) {
        String name = container.name();
        Optional<RuntimeContainer> found = actual.current(name);
        boolean running = found.filter(RuntimeContainer::running).isPresent();
        String message = found.map(c -> shared.lastWords().of(current, container, c)).orElse("");
        boolean initDone =
                current.spec().initContainers().contains(container)
                        && found.filter(c ->
                                        c.state() instanceof RunState.Exited e && e.exitCode() == 0)
                                .isPresent();
        return new ContainerReport(
                container,
                shared.runtimeName(),
                found,
                actual.previous(name),
                Optional.ofNullable(waiting.get(name)),
                (running && probes.ready(name)) || initDone,
                running && probes.started(name),
                message);
    }

    /** Stops looking after the pod; its containers run on. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
