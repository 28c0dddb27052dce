package dev.quilla.kubelet.pods;

import dev.quilla.kubelet.runtime.Inventory;
import dev.quilla.kubelet.runtime.RuntimeContainer;
import dev.quilla.kubelet.runtime.Sandbox;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the runtime holds of one pod.
 *
 * @param sandboxes newest first
 * @param containers by name, the last attempt first
 */
record PodState(List<Sandbox> sandboxes, Map<String, List<RuntimeContainer>> containers) {

    static final PodState NOTHING = of(new Inventory(List.of(), List.of()));

    /** Sorts what was found of one pod. */
    static PodState of(Inventory inventory) {
        return new PodState(
                inventory.sandboxes().stream()
                        .sorted(Comparator.comparingInt(Sandbox::attempt).reversed())
                        .toList(),
                inventory.containers().stream()
                        .sorted(Comparator.comparingInt(RuntimeContainer::attempt).reversed())
                        .collect(Collectors.groupingBy(RuntimeContainer::name)));
    }

    /** The sandbox that containers can be started in. */
    Optional<Sandbox> sandbox() {
        return sandboxes.stream().filter(s -> s.state() == Sandbox.State.READY).findFirst();
    }

    /** Which attempt the next sandbox will be; one that was made and not started is taken again. */
    int nextSandboxAttempt() {
        if (sandboxes.isEmpty()) {
            return 0;
        }
        Sandbox newest = sandboxes.getFirst();
        return newest.attempt() + (newest.state() == Sandbox.State.STOPPED ? 1 : 0);
    }

    /** A container's last attempt. */
    Optional<RuntimeContainer> current(String name) {
        return containers.getOrDefault(name, List.of()).stream().findFirst();
    }

    /** The attempt before the last one. */
    Optional<RuntimeContainer> previous(String name) {
        return containers.getOrDefault(name, List.of()).stream().skip(1).findFirst();
    }

    /** Attempts that nobody asks about any more. */
    List<RuntimeContainer> outdated() {
        return containers.values().stream().flatMap(all -> all.stream().skip(2)).toList();
    }

    /** Containers that run. */
    List<RuntimeContainer> running() {
        return containers.values().stream()
                .flatMap(List::stream)
                .filter(RuntimeContainer::running)
                .toList();
    }

    boolean isEmpty() {
        return sandboxes.isEmpty() && containers.isEmpty();
    }
}
