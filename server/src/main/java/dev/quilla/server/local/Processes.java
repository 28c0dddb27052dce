package dev.quilla.server.local;

import java.io.IOException;

/** The processes of a cluster or a store, by name: all that starting them asks of the machine. */
interface Processes {

    /** Whether it runs. One that is just ending still does. */
    boolean runs(String name);

    /**
     * Starts one, by the configuration that its directory holds.
     *
     * @param verb {@code master}, {@code worker} or {@code store}
     */
    void start(String name, String verb, int heapMegabytes)
            throws IOException, InterruptedException;

    /** What one that has ended said last, and where its log is. */
    String lastWords(String name);
}
