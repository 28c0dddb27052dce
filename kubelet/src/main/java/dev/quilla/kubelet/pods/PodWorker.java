package dev.quilla.kubelet.pods;

import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.EventType;
import dev.quilla.client.TransportException;
import dev.quilla.kubelet.runtime.ContainerRuntime;
import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.RunState;
import dev.quilla.kubelet.runtime.RuntimeContainer;
import dev.quilla.kubelet.volumes.PodVolumes;
import dev.quilla.model.ApiException;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.meta.v1.DeleteOptions;
import dev.quilla.plugin.host.PluginHost;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one pod to the state that is wanted, on a thread of its own, until it is gone. It is woken
 * by changes of the pod and of its containers; looking now and then is only the safety net. What is
 * next, {@link PodPlanner} says; {@link PodLaunch} starts, {@link PodEnding} ends and {@link
 * PodReporting} tells.
 */
final class PodWorker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PodWorker.class);
    private static final Duration LOOK = Duration.ofSeconds(30);

    /** How long something that failed rests before it is tried again. */
    static final Duration AFTER_FAILURE = Duration.ofSeconds(2);

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
            NodeFacts node,
            ContainerSpecs specs) {}

    private final Shared shared;
    private final Runnable onGone;
    private final Semaphore wake = new Semaphore(0);
    private final PodProbes probes;
    private final PodEnding ending;
    private final VolumeKeeper volumes;
    private final RestartBackoff backoff = new RestartBackoff();
    private final PodLaunch launch;
    private final PodResizing resizing;
    private final PodReporting reporting;
    private final Thread thread;
    private volatile Pod pod;
    private volatile boolean removed;
    private volatile boolean closed;

    /**
     * Does nothing before {@link #start}.
     *
     * @param room what the node has for its pods
     */
    PodWorker(Shared shared, Pod pod, NodeRoom room, Runnable onGone) {
        this.shared = shared;
        this.pod = pod;
        this.onGone = onGone;
        this.probes =
                new PodProbes(shared.runtime(), shared.plugins(), shared.events(), this::wake);
        this.ending = new PodEnding(shared.runtime(), shared.events(), shared.clock(), this::wake);
        this.volumes = new VolumeKeeper(shared.volumes(), shared.events(), shared.clock());
        this.launch = new PodLaunch(shared, probes, volumes, backoff);
        this.resizing =
                new PodResizing(
                        PodResizing.Limits.of(shared.runtime()),
                        shared.specs(),
                        room,
                        shared.events()::record);
        this.reporting = new PodReporting(shared, probes, resizing);
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
        Pod current = resizing.admitted(pod);
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
            PodLaunch.Result result = launch.start(current, actual, plan);
            waiting.putAll(result.waiting());
            lookAgain =
                    Stream.of(lookAgain, result.again())
                            .flatMap(Optional::stream)
                            .min(Duration::compareTo);
            actual = look(current);
        }
        boolean restarted =
                resizing.step(
                        current,
                        actual,
                        plan.start().stream()
                                .map(s -> s.container().name())
                                .collect(Collectors.toUnmodifiableSet()),
                        (container, running) -> restart(current, container, running));
        if (restarted) {
            actual = look(current);
        }
        actual.outdated().forEach(c -> shared.runtime().remove(c.id()));
        watch(current, actual);
        if (!actual.running().isEmpty()) {
            volumes.refresh(current);
        }
        reporting.backOff(current, plan);
        reporting.goesOn(current, actual, waiting);
        return Optional.of(lookAgain.orElse(LOOK));
    }

    /** A container that wants to be restarted when it is resized gets what the pod says. */
    private void restart(Pod current, Container container, RuntimeContainer running)
            throws IOException, InterruptedException {
        probes.forget(container.name());
        shared.events()
                .record(
                        current,
                        EventType.NORMAL,
                        "Killing",
                        "Container " + container.name() + " resize requires restart");
        Hooks.stop(shared.runtime(), current, container, running.id(), grace(current));
        shared.starter()
                .start(
                        current,
                        running.sandbox(),
                        container,
                        running.attempt() + 1,
                        shared.sandboxes().address(current));
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
        reporting.isOver(
                current, actual, plan.outcome(), plan.why().or(() -> PodReporting.told(current)));
        return Optional.of(left.orElse(LOOK));
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
                reporting.goesOn(current, actual, Map.of());
            }
            return left;
        }
        probes.close();
        if (!removed && !actual.isEmpty()) {
            reporting.isOver(current, actual, outcome(current, actual), Optional.empty());
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

    /** Stops looking after the pod; its containers run on. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
