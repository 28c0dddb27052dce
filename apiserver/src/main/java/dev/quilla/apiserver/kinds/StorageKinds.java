package dev.quilla.apiserver.kinds;

import static dev.quilla.apiserver.kinds.DefaultedKind.set;

import dev.quilla.model.GroupResource;
import java.util.List;
import java.util.Map;

/** Defaults of the kinds that pods' volumes are made of. */
final class StorageKinds {

    private static final String GROUP = "storage.k8s.io";

    /** Claims, on their own and as templates. */
    static final KindBehaviour CLAIMS =
            DefaultedKind.of(set("spec.volumeMode", "Filesystem")).pendingAtFirst();

    private StorageKinds() {}

    static Map<GroupResource, KindBehaviour> behaviours() {
        return Map.of(
                new GroupResource("", "persistentvolumes"),
                DefaultedKind.of(
                                set("spec.persistentVolumeReclaimPolicy", "Retain"),
                                set("spec.volumeMode", "Filesystem"),
                                set("spec.hostPath.type", ""))
                        .pendingAtFirst(),
                new GroupResource("", "persistentvolumeclaims"),
                CLAIMS,
                new GroupResource(GROUP, "storageclasses"),
                DefaultedKind.of(
                        set("reclaimPolicy", "Delete"), set("volumeBindingMode", "Immediate")),
                new GroupResource(GROUP, "csidrivers"),
                DefaultedKind.of(
                        set("spec.attachRequired", true),
                        set("spec.podInfoOnMount", false),
                        set("spec.volumeLifecycleModes", List.of("Persistent")),
                        set("spec.storageCapacity", false),
                        set("spec.fsGroupPolicy", "ReadWriteOnceWithFSType"),
                        set("spec.requiresRepublish", false),
                        set("spec.seLinuxMount", false)));
    }
}
