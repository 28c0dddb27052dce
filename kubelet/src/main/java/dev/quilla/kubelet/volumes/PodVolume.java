package dev.quilla.kubelet.volumes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** One volume of a pod. A kind of volume is a class; one thread at a time uses it. */
interface PodVolume {

    /**
     * Sees to it that the volume is there and up to date. Doing it again does no harm.
     *
     * @throws VolumeException if it can't be had, with the reason
     */
    void prepare() throws IOException, VolumeException;

    /** The file or directory of the machine that containers mount. */
    Path source();

    /** Whether containers only ever read it. */
    default boolean readOnly() {
        return false;
    }

    /** Whether its content follows the cluster's objects, and it must be prepared now and then. */
    default boolean followsCluster() {
        return false;
    }

    /** Whether there is something that containers can go on with. */
    default boolean isThere() {
        return false;
    }

    /** What to say of a volume that holds more than it may; empty while it doesn't. */
    default Optional<String> excess() throws IOException {
        return Optional.empty();
    }
}
