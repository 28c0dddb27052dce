package dev.quilla.kubelet.runtime;

import java.nio.file.Path;

/** Where a sandbox's network is. */
public sealed interface NetworkNamespace {

    /** The machine's own network. */
    record Host() implements NetworkNamespace {}

    /**
     * A namespace that a process holds.
     *
     * @param pid the process
     */
    record OfProcess(long pid) implements NetworkNamespace {

        /** A file that names the namespace while the process lives. */
        public Path path() {
            return Path.of("/proc", Long.toString(pid), "ns", "net");
        }
    }
}
