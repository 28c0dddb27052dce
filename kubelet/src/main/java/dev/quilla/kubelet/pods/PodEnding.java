package dev.quilla.kubelet.pods;

import dev.quilla.client.EventRecorder;
import dev.quilla.client.EventType;
import dev.quilla.kubelet.runtime.ContainerRuntime;
import dev.quilla.kubelet.runtime.RuntimeContainer;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Ends the containers of one pod within its grace: the main ones together, then its sidecars, the
 * last one first. One thread uses it.
 */
final class PodEnding {

    private final ContainerRuntime runtime;
    private final EventRecorder events;
    private final InstantSource clock;
    private final Runnable wake;
    private Optional<Instant> since = Optional.empty();

    /**
     * Not begun yet.
     *
     * @param wake called when all have ended
     */
    PodEnding(ContainerRuntime runtime, EventRecorder events, InstantSource clock, Runnable wake) {
        this.runtime = runtime;
        this.events = events;
        this.clock = clock;
        this.wake = wake;
    }

    /**
     * Begins, or looks after what was begun: the grace may have become shorter meanwhile.
     *
     * @param running what still runs
     * @return how long until force is used; empty if nothing is left to be waited for
     */
    Optional<Duration> step(Pod pod, List<RuntimeContainer> running, Duration grace) {
        if (running.isEmpty()) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        if (since.isEmpty()) {
            since = Optional.of(now);
            begin(pod, List.copyOf(running), grace);
            return Optional.of(grace);
        }
        Duration left = Duration.between(now, since.get().plus(grace));
        if (left.isPositive()) {
            return Optional.of(left);
        }
        running.forEach(c -> runtime.kill(c.id()));
        return Optional.of(Duration.ofSeconds(1));
    }

    private void begin(Pod pod, List<RuntimeContainer> running, Duration grace) {
        for (RuntimeContainer container : running) {
            events.record(
                    pod, EventType.NORMAL, "Killing", "Stopping container " + container.name());
        }
        Instant deadline = clock.instant().plus(grace);
        Thread.ofVirtual().name("ending-" + pod.key()).start(() -> end(pod, running, deadline));
    }

    private void end(Pod pod, List<RuntimeContainer> running, Instant deadline) {
        try {
            Set<String> sidecars =
                    pod.spec().initContainers().stream()
                            .filter(PodPlanner::isSidecar)
                            .map(Container::name)
                            .collect(Collectors.toSet());
            List<Thread> mains = new ArrayList<>();
            for (RuntimeContainer container : running) {
                if (!sidecars.contains(container.name())) {
                    mains.add(
                            Thread.ofVirtual()
                                    .name("ending-" + pod.key() + "-" + container.name())
                                    .start(() -> stop(pod, container, deadline)));
                }
            }
            for (Thread main : mains) {
                main.join();
            }
            for (Container sidecar : pod.spec().initContainers().reversed()) {
                running.stream()
                        .filter(c ->
                                c.name().equals(sidecar.name()) && PodPlanner.isSidecar(sidecar))
                        .forEach(c -> stop(pod, c, deadline));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            wake.run();
        }
    }

    private void stop(Pod pod, RuntimeContainer running, Instant deadline) {
        Duration left = Duration.between(clock.instant(), deadline);
        Container container =
                java.util.stream.Stream.concat(
                                pod.spec().containers().stream(),
                                pod.spec().initContainers().stream())
                        .filter(c -> c.name().equals(running.name()))
                        .findFirst()
                        .orElse(Container.builder().name(running.name()).build());
        Hooks.stop(runtime, pod, container, running.id(), left.isNegative() ? Duration.ZERO : left);
    }
}
