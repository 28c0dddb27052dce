package dev.quilla.plugin;

/** What a health check found. */
public sealed interface Health {

    /** All is well. */
    record Healthy() implements Health {}

    /**
     * Something is wrong.
     *
     * @param reason shown in the pod's events
     */
    record Unhealthy(String reason) implements Health {}
}
