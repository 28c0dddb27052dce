package dev.quilla.kubelet.pods;

import dev.quilla.client.EventRecorder;
import dev.quilla.client.EventType;
import dev.quilla.kubelet.probes.Look;
import dev.quilla.kubelet.probes.PluginLook;
import dev.quilla.kubelet.probes.ProbeLoop;
import dev.quilla.kubelet.probes.ProbeRunner;
import dev.quilla.kubelet.runtime.ContainerRuntime;
import dev.quilla.kubelet.runtime.RuntimeContainer;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Probe;
import dev.quilla.model.health.PluginProbe.Kind;
import dev.quilla.model.health.PluginProbes;
import dev.quilla.plugin.Target;
import dev.quilla.plugin.host.PluginHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The probes of one pod's running containers. Thread-safe. */
final class PodProbes implements AutoCloseable {

    private final ContainerRuntime runtime;
    private final PluginHost plugins;
    private final EventRecorder events;
    private final Runnable wake;
    private final Map<String, Watched> watched = new ConcurrentHashMap<>();

    /** What is known of a running container beyond that it runs. */
    private static final class Watched {
        private final int attempt;
        private final List<ProbeLoop> loops = new ArrayList<>();
        private final Set<Wanted> unready = ConcurrentHashMap.newKeySet();
        private final Set<Wanted> unstarted = ConcurrentHashMap.newKeySet();
        private volatile boolean failed;

        Watched(int attempt) {
            this.attempt = attempt;
        }

        private void awaits(Wanted probe) {
            switch (probe.kind()) {
                case STARTUP -> unstarted.add(probe);
                case READINESS -> unready.add(probe);
                case LIVENESS -> {
                    // A container lives until a probe says otherwise.
                }
            }
        }

        private boolean started() {
            return unstarted.isEmpty();
        }
    }

    /**
     * Looks after one pod.
     *
     * @param plugins bring the health checks that annotations name
     * @param wake called when what is known changes
     */
    PodProbes(ContainerRuntime runtime, PluginHost plugins, EventRecorder events, Runnable wake) {
        this.runtime = runtime;
        this.plugins = plugins;
        this.events = events;
        this.wake = wake;
    }

    /** Whether a container has passed its startup probe. */
    boolean started(String container) {
        Watched known = watched.get(container);
        return known != null && known.started();
    }

    /** Whether a container may be sent traffic. */
    boolean ready(String container) {
        Watched known = watched.get(container);
        return known != null && known.started() && known.unready.isEmpty();
    }

    /** Sees to it that a running container is looked after; one of an earlier kubelet's may be. */
    void watch(Pod pod, Container container, RuntimeContainer running, String address) {
        Watched known = watched.get(container.name());
        if (known != null && known.attempt == running.attempt()) {
            return;
        }
        forget(container.name());
        List<Wanted> wanted = wanted(pod, container, running, address);
        Watched fresh = new Watched(running.attempt());
        if (!wasReady(pod, running)) {
            wanted.forEach(fresh::awaits);
        }
        watched.put(container.name(), fresh);
        for (Wanted probe : wanted) {
            loop(pod, container, probe, fresh, running);
        }
    }

    /** A probe of a container, and how it looks. */
    private record Wanted(Kind kind, Probe timing, Look look) {}

    private List<Wanted> wanted(
            Pod pod, Container container, RuntimeContainer running, String address) {
        List<Wanted> all = new ArrayList<>();
        ProbeRunner runner = new ProbeRunner(container, address, runtime, running.id());
        if (container.hasStartupProbe()) {
            Probe probe = container.startupProbe();
            all.add(new Wanted(Kind.STARTUP, probe, runner.of(probe)));
        }
        if (container.hasReadinessProbe()) {
            Probe probe = container.readinessProbe();
            all.add(new Wanted(Kind.READINESS, probe, runner.of(probe)));
        }
        if (container.hasLivenessProbe()) {
            Probe probe = container.livenessProbe();
            all.add(new Wanted(Kind.LIVENESS, probe, runner.of(probe)));
        }
        Target target = new Target(pod, container.name(), address);
        PluginProbes.of(pod.metadata().annotations(), container.name())
                .forEach(p ->
                        all.add(
                                new Wanted(
                                        p.kind(), p.timing(), new PluginLook(plugins, p, target))));
        return all;
    }

    private static boolean wasReady(Pod pod, RuntimeContainer running) {
        return pod.status().containerStatuses().stream()
                .anyMatch(s ->
                        s.name().equals(running.name())
                                && s.restartCount() == running.attempt()
                                && s.ready());
    }

    private void loop(
            Pod pod, Container container, Wanted probe, Watched of, RuntimeContainer running) {
        String kind = word(probe.kind());
        of.loops.add(
                new ProbeLoop(
                        kind + "-" + pod.key() + "-" + container.name(),
                        probe.timing(),
                        probe.look(),
                        () -> probe.kind() == Kind.STARTUP || of.started(),
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
                                PodProbes.this.result(pod, container, probe, of, running, good);
                            }
                        }));
    }

    /** The kind as events begin with it: {@code Readiness}. */
    private static String word(Kind kind) {
        return kind.name().charAt(0) + kind.name().substring(1).toLowerCase(Locale.ROOT);
    }

    private void result(
            Pod pod,
            Container container,
            Wanted probe,
            Watched of,
            RuntimeContainer running,
            boolean good) {
        switch (probe.kind()) {
            case READINESS -> {
                if (good ? of.unready.remove(probe) : of.unready.add(probe)) {
                    wake.run();
                }
            }
            case STARTUP -> {
                if (good && of.unstarted.remove(probe)) {
                    wake.run();
                } else if (!good && of.unstarted.contains(probe)) {
                    end(pod, container, probe, of, running);
                }
            }
            case LIVENESS -> {
                if (!good && of.started()) {
                    end(pod, container, probe, of, running);
                }
            }
        }
    }

    /** The container's end wakes the worker, which starts it again. */
    private void end(
            Pod pod, Container container, Wanted probe, Watched of, RuntimeContainer running) {
        if (of.failed) {
            return;
        }
        of.failed = true;
        events.record(
                pod,
                EventType.NORMAL,
                "Killing",
                "Container %s failed %s probe, will be restarted"
                        .formatted(container.name(), word(probe.kind()).toLowerCase(Locale.ROOT)));
        long grace =
                probe.timing().hasTerminationGracePeriodSeconds()
                        ? probe.timing().terminationGracePeriodSeconds()
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
