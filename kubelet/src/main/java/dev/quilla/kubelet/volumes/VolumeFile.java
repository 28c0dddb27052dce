package dev.quilla.kubelet.volumes;

import dev.quilla.model.Bytes;
import java.util.OptionalLong;

/**
 * A file of a volume whose content is the cluster's.
 *
 * @param mode its permissions
 * @param user whose it is; empty for the worker's
 */
record VolumeFile(Bytes content, int mode, OptionalLong user) {

    /** A file that stays the worker's. */
    static VolumeFile of(Bytes content, int mode) {
        return new VolumeFile(content, mode, OptionalLong.empty());
    }
}
