package dev.quilla.apiserver.kinds;

import static dev.quilla.apiserver.kinds.DefaultedKind.set;

import dev.quilla.model.GroupResource;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.PersistentVolumeClaim;
import dev.quilla.model.core.v1.PersistentVolumeClaimSpec;
import dev.quilla.model.core.v1.TypedLocalObjectReference;
import dev.quilla.model.core.v1.TypedObjectReference;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Defaults of the kinds that pods' volumes are made of. */
final class StorageKinds {

    private static final String GROUP = "storage.k8s.io";

    /** Claims as templates. */
    static final DefaultedKind CLAIM_TEMPLATES =
            DefaultedKind.of(set("spec.volumeMode", "Filesystem")).pendingAtFirst();

    private static final KindBehaviour CLAIMS = CLAIM_TEMPLATES.made(StorageKinds::dataSources);

    /** What the older field may name, with its group. */
    private static final Set<String> SOURCES =
            Set.of("/PersistentVolumeClaim", "snapshot.storage.k8s.io/VolumeSnapshot");

    private StorageKinds() {}

    /**
     * A claim says twice what it is filled from: the older field can name claims and snapshots
     * only, and loses everything else; where one of them is not set it follows the other.
     */
    static Struct dataSources(Struct object) {
        PersistentVolumeClaim claim = new PersistentVolumeClaim(object);
        PersistentVolumeClaimSpec spec = claim.spec();
        if (!spec.hasDataSource() && !spec.hasDataSourceRef()) {
            return object;
        }
        PersistentVolumeClaimSpec.Builder b = spec.toBuilder();
        if (spec.hasDataSource()) {
            boolean known =
                    SOURCES.contains(spec.dataSource().apiGroup() + "/" + spec.dataSource().kind());
            if (!known) {
                b.clearDataSource();
            } else if (!spec.hasDataSourceRef()) {
                TypedObjectReference.Builder ref =
                        TypedObjectReference.builder()
                                .kind(spec.dataSource().kind())
                                .name(spec.dataSource().name());
                b.dataSourceRef(
                        (spec.dataSource().hasApiGroup()
                                        ? ref.apiGroup(spec.dataSource().apiGroup())
                                        : ref)
                                .build());
            }
        } else if (spec.dataSourceRef().namespace().isEmpty()) {
            TypedLocalObjectReference.Builder source =
                    TypedLocalObjectReference.builder()
                            .kind(spec.dataSourceRef().kind())
                            .name(spec.dataSourceRef().name());
            b.dataSource(
                    (spec.dataSourceRef().hasApiGroup()
                                    ? source.apiGroup(spec.dataSourceRef().apiGroup())
                                    : source)
                            .build());
        }
        return claim.toBuilder().spec(b.build()).build().struct();
    }

    static Map<GroupResource, KindBehaviour> behaviours() {
        return Map.of(
                new GroupResource("", "persistentvolumes"),
                new VolumeKind(),
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
