package dev.quilla.kubelet.pods;

import dev.quilla.client.EventRecorder;
import dev.quilla.client.EventType;
import dev.quilla.kubelet.probes.ProbeLoop;
import dev.quilla.kubelet.probes.ProbeRunner;
import dev.quilla.kubelet.runtime.ContainerRuntime;
import dev.quilla.kubelet.runtime.RuntimeContainer;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The probes of one pod's running containers. Thread-safe. */
final class PodProbes implements AutoCloseable {

    private final ContainerRuntime runtime;
    private final EventRecorder events;
    private final Runnable wake;
    private final Map<String, Watched> watched = new ConcurrentHashMap<>();

    /** What is known of a running container beyond that it runs. */
    private static final class Watched {
        private final int attempt;
        private final List<ProbeLoop> loops = new ArrayList<>();
        private volatile boolean ready;
        private volatile boolean started;
        private volatile boolean failed;

        Watched(int attempt, boolean ready, boolean started) {
            this.attempt = attempt;
            this.ready = ready;
            this.started = started;
        }
    }

    /**
     * Looks after one pod.
     *
     * @param wake called when what is known changes
     */
    PodProbes(ContainerRuntime runtime, EventRecorder events, Runnable wake) {
        this.runtime = runtime;
        this.events = events;
        this.wake = wake;
    }

    /** Whether a container has passed its startup probe. */
    boolean started(String container) {
        Watched known = watched.get(container);
        return known != null && known.started;
    }

    /** Whether a container may be sent traffic. */
    boolean ready(String container) {
        Watched known = watched.get(container);
        return known != null && known.started && known.ready;
    }

    /** Sees to it that a running container is looked after; one of an earlier kubelet's may be. */
    void watch(Pod pod, Container container, RuntimeContainer running, String address) {
        Watched known = watched.get(container.name());
        if (known != null && known.attempt == running.attempt()) {
            return;
        }
        forget(container.name());
        boolean wasReady = wasReady(pod, running);
        Watched fresh =
                new Watched(
                        running.attempt(),
                        !container.hasReadinessProbe() || wasReady,
                        !container.hasStartupProbe() || wasReady);
        watched.put(container.name(), fresh);
        ProbeRunner runner = new ProbeRunner(container, address, runtime, running.id());
        if (container.hasStartupProbe()) {
            loop(pod, container, "Startup", container.startupProbe(), runner, fresh, running);
        }
        if (container.hasReadinessProbe()) {
            loop(pod, container, "Readiness", container.readinessProbe(), runner, fresh, running);
        }
        if (container.hasLivenessProbe()) {
            loop(pod, container, "Liveness", container.livenessProbe(), runner, fresh, running);
        }
    }

    private static boolean wasReady(Pod pod, RuntimeContainer running) {
        return pod.status().containerStatuses().stream()
                .anyMatch(s ->
                        s.name().equals(running.name())
                                && s.restartCount() == running.attempt()
                                && s.ready());
    }

    private void loop(
            Pod pod,
            Container container,
            String kind,
            Probe probe,
            ProbeRunner runner,
            Watched of,
            RuntimeContainer running) {
        of.loops.add(
                new ProbeLoop(
                        kind + "-" + pod.key() + "-" + container.name(),
                        probe,
                        runner,
                        () -> kind.equals("Startup") || of.started,
                        new ProbeLoop.Listener() {
                            @Override
                            public void failedOnce(String problem) {
                                events.record(
                                        pod,
                                        EventType.WARNING,
                                        "Unhealthy",
                                        kind + " probe failed: " + problem);
                            }

                            @Override
                            public void result(boolean good) {
                                PodProbes.this.result(
                                        pod, container, kind, probe, of, running, good);
                            }
                        }));
    }

    private void result(
            Pod pod,
            Container container,
            String kind,
            Probe probe,
            Watched of,
            RuntimeContainer running,
            boolean good) {
        switch (kind) {
            case "Readiness" -> {
                if (of.ready != good) {
                    of.ready = good;
                    wake.run();
                }
            }
            case "Startup" -> {
                if (good && !of.started) {
                    of.started = true;
                    wake.run();
                } else if (!good && !of.started) {
                    end(pod, container, kind, probe, of, running);
                }
            }
            default -> {
                if (!good && of.started) {
                    end(pod, container, kind, probe, of, running);
                }
            }
        }
    }

    /** The container's end wakes the worker, which starts it again. */
    private void end(
            Pod pod,
            Container container,
            String kind,
            Probe probe,
            Watched of,
            RuntimeContainer running) {
        if (of.failed) {
            return;
        }
        of.failed = true;
        events.record(
                pod,
                EventType.NORMAL,
                "Killing",
                "Container %s failed %s probe, will be restarted"
                        .formatted(container.name(), kind.toLowerCase(java.util.Locale.ROOT)));
        long grace =
                probe.hasTerminationGracePeriodSeconds()
                        ? probe.terminationGracePeriodSeconds()
                        : pod.spec().terminationGracePeriodSeconds();
        Hooks.stop(runtime, pod, container, running.id(), java.time.Duration.ofSeconds(grace));
    }

    /** The container has ended. */
    void forget(String container) {
        Watched known = watched.remove(container);
        if (known != null) {
            known.loops.forEach(ProbeLoop::close);
        }
    }

    @Override
    public void close() {
        List.copyOf(watched.keySet()).forEach(this::forget);
    }
}
