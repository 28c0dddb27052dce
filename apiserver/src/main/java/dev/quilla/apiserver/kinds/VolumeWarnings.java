package dev.quilla.apiserver.kinds;

import dev.quilla.model.Quantity;
import dev.quilla.model.core.v1.PersistentVolume;
import dev.quilla.model.core.v1.PersistentVolumeClaim;
import dev.quilla.model.core.v1.PersistentVolumeClaimSpec;
import java.util.Map;
import java.util.function.Consumer;

/** What is told of volumes and claims beside that they are taken. */
final class VolumeWarnings {

    private static final String CLASS = "volume.beta.kubernetes.io/storage-class";

    private static final Map<String, String> OLD_ANNOTATIONS =
            Map.of(
                    CLASS,
                    "deprecated since v1.8; use \"storageClassName\" attribute instead",
                    "volume.beta.kubernetes.io/mount-options",
                    "deprecated since v1.31; use \"mountOptions\" attribute instead");

    private static final Map<String, String> OLD_SOURCES =
            Map.of(
                    "cephfs",
                    "deprecated in v1.28, non-functional in v1.31+",
                    "photonPersistentDisk",
                    "deprecated in v1.11, non-functional in v1.16+",
                    "scaleIO",
                    "deprecated in v1.16, non-functional in v1.22+",
                    "storageos",
                    "deprecated in v1.22, non-functional in v1.25+",
                    "glusterfs",
                    "deprecated in v1.25, non-functional in v1.26+",
                    "rbd",
                    "deprecated in v1.28, non-functional in v1.31+");

    private VolumeWarnings() {}

    static void volume(PersistentVolume volume, Consumer<String> tell) {
        OLD_ANNOTATIONS.forEach((key, text) -> {
            if (volume.metadata().annotations().containsKey(key)) {
                tell.accept("metadata.annotations[" + key + "]: " + text);
            }
        });
        if (volume.spec().persistentVolumeReclaimPolicy().equals("Recycle")) {
            tell.accept(
                    "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated."
                            + " Instead, the recommended approach is to use dynamic provisioning.");
        }
        NodeLabelWarnings.terms(
                volume.spec().nodeAffinity().required().nodeSelectorTerms(),
                false,
                "spec.nodeAffinity.required.nodeSelectorTerms",
                tell);
        PodWarnings.old(volume.spec().struct(), "spec.", OLD_SOURCES, tell);
    }

    static void claim(PersistentVolumeClaim claim, Consumer<String> tell) {
        if (claim.metadata().annotations().containsKey(CLASS)) {
            tell.accept("metadata.annotations[" + CLASS + "]: " + OLD_ANNOTATIONS.get(CLASS));
        }
        claim(claim.spec(), "spec", tell);
    }

    static void claim(PersistentVolumeClaimSpec spec, String at, Consumer<String> tell) {
        storage(spec.resources().requests(), at + ".resources.requests", tell);
        storage(spec.resources().limits(), at + ".resources.limits", tell);
    }

    private static void storage(Map<String, Quantity> amounts, String at, Consumer<String> tell) {
        Quantity amount = amounts.getOrDefault("storage", Quantity.ZERO);
        if (ContainerWarnings.isFraction(amount)) {
            tell.accept(ContainerWarnings.fraction(at, "storage", amount));
        }
    }
}
