package dev.quilla.kubelet.runtime;

import java.nio.file.Path;

/**
 * A file or directory of the machine that a container sees.
 *
 * @param source where it is on the machine; must exist
 * @param target absolute path in the container
 * @param propagation which later mounts are seen by the other side
 */
public record Mount(Path source, String target, boolean readOnly, Propagation propagation) {

    /** Which mounts made later under a mount are seen by the other side. */
    public enum Propagation {
        /** None. */
        PRIVATE,
        /** The machine's by the container. */
        HOST_TO_CONTAINER,
        /** Both ways. */
        BIDIRECTIONAL
    }

    /** A mount that nobody passes anything through. */
    public static Mount of(Path source, String target, boolean readOnly) {
        return new Mount(source, target, readOnly, Propagation.PRIVATE);
    }
}
