package dev.quilla.kubelet.volumes;

import dev.quilla.model.core.v1.Volume;
import java.time.InstantSource;

/** The one place that chooses what stands for a volume. */
final class VolumeKinds {

    private final Contents contents;
    private final InstantSource clock;

    VolumeKinds(Contents contents, InstantSource clock) {
        this.contents = contents;
        this.clock = clock;
    }

    /**
     * What stands for a volume.
     *
     * @throws VolumeException if Quilla has no volumes of the kind
     */
    PodVolume of(Volume volume, Place place) throws VolumeException {
        if (volume.hasEmptyDir()) {
            return new EmptyDir(volume.name(), volume.emptyDir(), place);
        }
        if (volume.hasHostPath()) {
            return new HostPath(volume.hostPath());
        }
        if (volume.hasConfigMap()) {
            return new ContentVolume(
                    contents.configMap(place, volume.configMap()),
                    place.disk(),
                    place.ownership(),
                    clock);
        }
        if (volume.hasDownwardAPI()) {
            return new ContentVolume(
                    contents.downward(place, volume.downwardAPI()),
                    place.disk(),
                    place.ownership(),
                    clock);
        }
        if (volume.hasSecret()) {
            return new ContentVolume(
                    contents.secret(place, volume.secret()),
                    place.memory(),
                    place.ownership(),
                    clock);
        }
        if (volume.hasProjected()) {
            return new ContentVolume(
                    contents.projected(place, volume.name(), volume.projected()),
                    place.memory(),
                    place.ownership(),
                    clock);
        }
        throw refused(volume);
    }

    private static VolumeException refused(Volume volume) {
        if (volume.hasPersistentVolumeClaim() || volume.hasEphemeral()) {
            return new VolumeException("Quilla has no persistent volume claims for now");
        }
        return new VolumeException(
                "Quilla has no volumes of this kind: it has emptyDir, configMap, secret, projected,"
                        + " downwardAPI and hostPath");
    }
}
