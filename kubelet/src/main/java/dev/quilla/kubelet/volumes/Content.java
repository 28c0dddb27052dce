package dev.quilla.kubelet.volumes;

import java.util.Map;

/** The files of a volume whose content is the cluster's, as they are to be now. */
@FunctionalInterface
interface Content {

    /**
     * The files, by their path in the volume.
     *
     * @throws VolumeException if something that they are made of is missing
     */
    Map<String, VolumeFile> files() throws VolumeException;
}
