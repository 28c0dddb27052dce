package dev.quilla.kubelet.runtime;

import java.time.Instant;
import java.util.Map;

/**
 * A sandbox of this node, as it was found.
 *
 * @param labels those of its specification
 */
public record Sandbox(
        SandboxId id,
        PodKey pod,
        int attempt,
        State state,
        Instant createdAt,
        Map<String, String> labels) {

    /** What a sandbox can do for containers. */
    public enum State {
        /** Made, not started: it has no namespaces yet. */
        CREATED,
        /** Its namespaces are held; containers may be started. */
        READY,
        /** It has ended. Its containers cannot go on. */
        STOPPED
    }

    public Sandbox {
        labels = Map.copyOf(labels);
    }
}
