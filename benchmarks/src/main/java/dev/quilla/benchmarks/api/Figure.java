package dev.quilla.benchmarks.api;

import java.io.IOException;

/**
 * Something to measure.
 *
 * @param name says what, and how it is chosen
 * @param peer what the original did on a machine of the same kind: Kubernetes 1.36.3 with three
 *     members of etcd
 */
record Figure(String name, Peer peer, Measure measure) {

    /**
     * What the original does.
     *
     * @param value in the figure's unit; 0 if it is not known
     * @param cpuMs of all its servers together, for an operation; 0 if it is not known
     */
    record Peer(double value, double cpuMs) {

        static final Peer UNKNOWN = new Peer(0, 0);

        /** What it did here. */
        static Peer of(Result result) {
            return new Peer(result.value(), result.cpuMs());
        }
    }

    /** Takes the figure. */
    interface Measure {
        Result take() throws IOException, InterruptedException;
    }
}
