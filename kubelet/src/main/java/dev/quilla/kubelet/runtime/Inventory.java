package dev.quilla.kubelet.runtime;

import java.util.List;

/** All that a runtime holds for this node, ended things included. */
public record Inventory(List<Sandbox> sandboxes, List<RuntimeContainer> containers) {

    public Inventory {
        sandboxes = List.copyOf(sandboxes);
        containers = List.copyOf(containers);
    }

    /** What belongs to one pod. */
    public Inventory of(String podUid) {
        return new Inventory(
                sandboxes.stream().filter(s -> s.pod().uid().equals(podUid)).toList(),
                containers.stream().filter(c -> c.pod().uid().equals(podUid)).toList());
    }
}
