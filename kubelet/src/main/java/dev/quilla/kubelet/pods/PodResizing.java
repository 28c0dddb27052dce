package dev.quilla.kubelet.pods;

import dev.quilla.client.EventType;
import dev.quilla.kubelet.runtime.ContainerId;
import dev.quilla.kubelet.runtime.ContainerRuntime;
import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.Resources;
import dev.quilla.kubelet.runtime.RuntimeContainer;
import dev.quilla.model.Quantity;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.ContainerStatus;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.ResourceRequirements;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Gives the running containers of one pod the CPU and memory that its specification has come to
 * say, if the node has them: without a restart, unless the container asks for one. What they have
 * got is told in their statuses, and is read from there by a kubelet that starts anew. One thread
 * uses it.
 */
final class PodResizing {

    private static final String SCHEME = "://";
    private static final String RESTART = "RestartContainer";

    /** Why a pod does not have what it wants: a condition's type, reason and message. */
    record Why(String type, String reason, String message) {

        static final String PENDING = "PodResizePending";
        static final String IN_PROGRESS = "PodResizeInProgress";
    }

    /** What a runtime does about the limits of running containers. */
    interface Limits {
        boolean hold(ContainerId id);

        /**
         * Changes them.
         *
         * @throws ContainerRuntimeException if the machine refuses
         */
        void change(ContainerId id, Resources resources);

        long memoryBytes(ContainerId id);

        static Limits of(ContainerRuntime runtime) {
            return new Limits() {
                @Override
                public boolean hold(ContainerId id) {
                    return runtime.limits(id);
                }

                @Override
                public void change(ContainerId id, Resources resources) {
                    runtime.update(id, resources);
                }

                @Override
                public long memoryBytes(ContainerId id) {
                    return runtime.stats(id).memoryUsageBytes();
                }
            };
        }
    }

    /** Where what becomes of it is told. */
    interface Events {
        void record(Pod pod, EventType type, String reason, String message);
    }

    /** Restarts a container, which then has what its specification says. */
    interface Restart {
        void restart(Container container, RuntimeContainer running)
                throws IOException, InterruptedException;
    }

    private final Limits limits;
    private final ContainerSpecs specs;
    private final NodeRoom room;
    private final Events events;

    /** What containers were given, by id. */
    private final Map<String, ResourceRequirements> given = new HashMap<>();

    /** What the node takes on for containers, by name: theirs when they are started again. */
    private final Map<String, ResourceRequirements> allocated = new HashMap<>();

    /** Containers that were started again with all that they want, and were not seen since. */
    private final Set<String> restarted = new HashSet<>();

    private Optional<Why> pending = Optional.empty();
    private Optional<Why> failed = Optional.empty();

    PodResizing(Limits limits, ContainerSpecs specs, NodeRoom room, Events events) {
        this.limits = limits;
        this.specs = specs;
        this.room = room;
        this.events = events;
    }

    /** Why the pod does not have what it wants; empty if it has. */
    Optional<Why> why() {
        return pending.or(() -> failed);
    }

    /** What a running container was given; empty where its limits don't hold. */
    Optional<ResourceRequirements> given(RuntimeContainer container) {
        return Optional.ofNullable(given.get(container.id().value()));
    }

    /**
     * The pod as the node takes it on: what it wants more than the node has, it does not get, and
     * goes on with what it has.
     */
    Pod admitted(Pod wanted) {
        wanted.status().containerStatuses().forEach(this::remember);
        wanted.status().initContainerStatuses().forEach(this::remember);
        boolean changes =
                resizable(wanted)
                        .anyMatch(c ->
                                allocated.containsKey(c.name())
                                        && !amounts(c.resources()).equals(allocated.get(c.name())));
        Optional<Why> refused = changes ? room.refuses(wanted) : Optional.empty();
        refused.filter(r -> pending.filter(r::equals).isEmpty())
                .ifPresent(r ->
                        events.record(
                                wanted, EventType.WARNING, "Resize" + r.reason(), r.message()));
        pending = refused;
        if (refused.isPresent()) {
            return with(wanted, allocated);
        }
        resizable(wanted).forEach(c -> allocated.put(c.name(), amounts(c.resources())));
        return wanted;
    }

    /** What a kubelet that starts anew reads of one that was here before. */
    private void remember(ContainerStatus status) {
        int scheme = status.containerID().indexOf(SCHEME);
        if (!status.hasResources() || scheme < 0) {
            return;
        }
        ResourceRequirements has = amounts(status.resources());
        given.putIfAbsent(status.containerID().substring(scheme + SCHEME.length()), has);
        allocated.putIfAbsent(status.name(), has);
    }

    private static Pod with(Pod pod, Map<String, ResourceRequirements> has) {
        return pod.toBuilder()
                .spec(s -> {
                    s.containers(with(pod.spec().containers(), has));
                    return pod.spec().hasInitContainers()
                            ? s.initContainers(with(pod.spec().initContainers(), has))
                            : s;
                })
                .build();
    }

    private static List<Container> with(
            List<Container> containers, Map<String, ResourceRequirements> has) {
        return containers.stream()
                .map(c ->
                        has.containsKey(c.name())
                                ? c.toBuilder()
                                        .resources(merged(c.resources(), has.get(c.name())))
                                        .build()
                                : c)
                .toList();
    }

    /** What is wanted, but for CPU and memory. */
    private static ResourceRequirements merged(
            ResourceRequirements wanted, ResourceRequirements has) {
        return wanted.toBuilder()
                .limits(merged(wanted.limits(), has.limits()))
                .requests(merged(wanted.requests(), has.requests()))
                .build();
    }

    private static Map<String, Quantity> merged(
            Map<String, Quantity> wanted, Map<String, Quantity> has) {
        Map<String, Quantity> all = new HashMap<>(wanted);
        all.keySet().removeAll(NodeRoom.RESIZED);
        all.putAll(has);
        return all;
    }

    /**
     * One step.
     *
     * @param pod as it was admitted
     * @param started names of containers that were started just now, with what the pod says
     * @return whether a container was restarted
     */
    boolean step(Pod pod, PodState actual, Set<String> started, Restart restart)
            throws IOException, InterruptedException {
        Set<String> here = new HashSet<>();
        List<Why> problems = new ArrayList<>();
        boolean again = false;
        for (Container container : resizable(pod).toList()) {
            Optional<RuntimeContainer> running =
                    actual.current(container.name()).filter(RuntimeContainer::running);
            if (running.isEmpty() || !limits.hold(running.get().id())) {
                continue;
            }
            String id = running.get().id().value();
            here.add(id);
            ResourceRequirements wanted = amounts(container.resources());
            if (started.contains(container.name()) || restarted.remove(container.name())) {
                given.put(id, wanted);
            }
            if (wanted.equals(given.get(id))) {
                continue;
            }
            if (asksForRestart(container, given.getOrDefault(id, wanted), wanted)) {
                restart.restart(container, running.get());
                tell(pod, container);
                restarted.add(container.name());
                again = true;
            } else {
                apply(pod, container, running.get(), wanted).ifPresent(problems::add);
            }
        }
        given.keySet().retainAll(here);
        failed = problems.stream().findFirst();
        return again;
    }

    private Optional<Why> apply(
            Pod pod, Container container, RuntimeContainer running, ResourceRequirements wanted) {
        ResourceRequirements has = given.getOrDefault(running.id().value(), wanted);
        Optional<String> problem = shrinksTooFar(running, has, wanted);
        if (problem.isEmpty()) {
            try {
                limits.change(running.id(), specs.resources(pod, container));
                given.put(running.id().value(), wanted);
                tell(pod, container);
                return Optional.empty();
            } catch (ContainerRuntimeException e) {
                problem = Optional.of(String.valueOf(e.getMessage()));
            }
        }
        return problem.map(p -> {
            Why why = new Why(Why.IN_PROGRESS, "Error", container.name() + ": " + p);
            if (failed.filter(why::equals).isEmpty()) {
                events.record(pod, EventType.WARNING, "ResizeError", why.message());
            }
            return why;
        });
    }

    private void tell(Pod pod, Container container) {
        events.record(
                pod,
                EventType.NORMAL,
                "ResizeCompleted",
                "Pod resize completed: container " + container.name());
    }

    private static boolean asksForRestart(
            Container container, ResourceRequirements has, ResourceRequirements wanted) {
        return container.resizePolicy().stream()
                .filter(p -> p.restartPolicy().equals(RESTART))
                .map(p -> p.resourceName())
                .anyMatch(name ->
                        !Optional.ofNullable(has.limits().get(name))
                                        .equals(Optional.ofNullable(wanted.limits().get(name)))
                                || !Optional.ofNullable(has.requests().get(name))
                                        .equals(Optional.ofNullable(wanted.requests().get(name))));
    }

    /** A limit below what is used would end the container. */
    private Optional<String> shrinksTooFar(
            RuntimeContainer running, ResourceRequirements has, ResourceRequirements wanted) {
        Quantity before = has.limits().get("memory");
        Quantity after = wanted.limits().get("memory");
        if (after == null || (before != null && after.compareTo(before) >= 0)) {
            return Optional.empty();
        }
        long used = limits.memoryBytes(running.id());
        return used <= after.value()
                ? Optional.empty()
                : Optional.of(
                        "attempting to set memory limit (%d) below current usage (%d)"
                                .formatted(after.value(), used));
    }

    private static Stream<Container> resizable(Pod pod) {
        return Stream.concat(
                pod.spec().containers().stream(),
                pod.spec().initContainers().stream().filter(PodPlanner::isSidecar));
    }

    /** CPU and memory of what a container asks for and may have. */
    private static ResourceRequirements amounts(ResourceRequirements all) {
        ResourceRequirements.Builder b = ResourceRequirements.builder();
        Map<String, Quantity> limits = new HashMap<>(all.limits());
        limits.keySet().retainAll(NodeRoom.RESIZED);
        Map<String, Quantity> requests = new HashMap<>(all.requests());
        requests.keySet().retainAll(NodeRoom.RESIZED);
        if (!limits.isEmpty()) {
            b.limits(limits);
        }
        return (requests.isEmpty() ? b : b.requests(requests)).build();
    }
}
