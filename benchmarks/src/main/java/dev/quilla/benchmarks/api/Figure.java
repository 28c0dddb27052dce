package dev.quilla.benchmarks.api;

import java.io.IOException;

/**
 * Something to measure.
 *
 * @param name says what, and how it is chosen
 * @param peer what the original does: Kubernetes 1.36.3 with three members of etcd on a machine of
 *     the same kind
 */
record Figure(String name, Peer peer, Measure measure) {

    /**
     * What the original does.
     *
     * @param value in the figure's unit; 0 if it is not known
     * @param cpuMs of all its servers together, for an operation; 0 if it is not known
     */
    record Peer(double value, double cpuMs) {}

    /** Takes the figure. */
    interface Measure {
        Result take() throws IOException, InterruptedException;
    }
}
