package dev.quilla.apiserver.auth;

import dev.quilla.model.ObjectKey;
import dev.quilla.model.Struct;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The secrets that a node needs to use volumes: those of every kind of storage, whether our own
 * kubelet knows it or not.
 */
final class VolumeSecrets {

    private static final List<String> SOURCES =
            List.of("cephfs", "cinder", "flexVolume", "iscsi", "rbd", "scaleIO", "storageos");

    /** What drivers need at the master, to attach and to grow, is no node's business. */
    private static final List<String> OF_DRIVERS =
            List.of("nodePublishSecretRef", "nodeStageSecretRef", "nodeExpandSecretRef");

    private VolumeSecrets() {}

    /** The names of those that a volume of a pod refers to; they are in the pod's namespace. */
    static Set<String> ofPod(Struct volume) {
        Set<String> names = new HashSet<>();
        for (String source : SOURCES) {
            names.add(volume.text(source, "secretRef", "name"));
        }
        names.add(volume.text("secret", "secretName"));
        names.add(volume.text("azureFile", "secretName"));
        names.add(volume.text("csi", "nodePublishSecretRef", "name"));
        return names;
    }

    /** Those that a persistent volume refers to. */
    static Set<ObjectKey> ofVolume(Struct volume) {
        Set<ObjectKey> keys = new HashSet<>();
        for (String source : SOURCES) {
            add(
                    keys,
                    volume,
                    volume.text("spec", source, "secretRef", "namespace"),
                    volume.text("spec", source, "secretRef", "name"));
        }
        add(
                keys,
                volume,
                volume.text("spec", "azureFile", "secretNamespace"),
                volume.text("spec", "azureFile", "secretName"));
        for (String reference : OF_DRIVERS) {
            add(
                    keys,
                    volume,
                    volume.text("spec", "csi", reference, "namespace"),
                    volume.text("spec", "csi", reference, "name"));
        }
        return keys;
    }

    /** Where no namespace is named, it is that of the claim. */
    private static void add(Set<ObjectKey> keys, Struct volume, String namespace, String name) {
        if (!name.isEmpty()) {
            keys.add(
                    new ObjectKey(
                            namespace.isEmpty()
                                    ? volume.text("spec", "claimRef", "namespace")
                                    : namespace,
                            name));
        }
    }
}
