package dev.quilla.kubelet.runtime;

import java.util.Map;

/**
 * A container of this node, as it was found.
 *
 * @param name its name in the pod
 * @param image as the pod named it
 * @param imageId what it really runs
 * @param labels those of its specification
 */
public record RuntimeContainer(
        ContainerId id,
        SandboxId sandbox,
        PodKey pod,
        String name,
        int attempt,
        String image,
        String imageId,
        RunState state,
        Map<String, String> labels) {

    public RuntimeContainer {
        labels = Map.copyOf(labels);
    }

    /** It runs now. */
    public boolean running() {
        return state instanceof RunState.Running;
    }
}
