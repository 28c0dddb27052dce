package dev.quilla.apiserver.table;

import dev.quilla.model.Quantity;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.ObjectReference;
import dev.quilla.model.core.v1.PersistentVolume;
import dev.quilla.model.core.v1.PersistentVolumeClaim;
import dev.quilla.model.storage.v1.StorageClass;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What the columns of volumes, claims and their classes show. */
final class StorageCells {

    private static final String DEFAULT = "storageclass.kubernetes.io/is-default-class";

    private static final Map<String, String> MODES =
            Map.of(
                    "ReadWriteOnce", "RWO",
                    "ReadOnlyMany", "ROX",
                    "ReadWriteMany", "RWX",
                    "ReadWriteOncePod", "RWOP");

    private StorageCells() {}

    static Map<String, Cells> byResource() {
        return Map.of(
                "persistentvolumeclaims", StorageCells::claim,
                "persistentvolumes", StorageCells::volume,
                "storageclasses.storage.k8s.io", StorageCells::storageClass);
    }

    private static Object claim(String column, Struct object, Instant now) {
        PersistentVolumeClaim claim = new PersistentVolumeClaim(object);
        boolean bound = !claim.spec().volumeName().isEmpty();
        return switch (column) {
            case "Status" ->
                    claim.metadata().hasDeletionTimestamp()
                            ? "Terminating"
                            : claim.status().phase();
            case "Volume" -> claim.spec().volumeName();
            case "Capacity" -> bound ? storage(claim.status().capacity()) : "";
            case "Access Modes" -> bound ? modes(claim.status().accessModes()) : "";
            case "StorageClass" -> claim.spec().storageClassName();
            case "VolumeAttributesClass" -> unset(claim.spec().volumeAttributesClassName());
            case "VolumeMode" -> unset(claim.spec().volumeMode());
            default -> Cells.common(column, object, now);
        };
    }

    private static Object volume(String column, Struct object, Instant now) {
        PersistentVolume volume = new PersistentVolume(object);
        ObjectReference claim = volume.spec().claimRef();
        return switch (column) {
            case "Capacity" -> storage(volume.spec().capacity());
            case "Access Modes" -> modes(volume.spec().accessModes());
            case "Reclaim Policy" -> volume.spec().persistentVolumeReclaimPolicy();
            case "Status" ->
                    volume.metadata().hasDeletionTimestamp()
                            ? "Terminating"
                            : volume.status().phase();
            case "Claim" -> claim.name().isEmpty() ? "" : claim.namespace() + "/" + claim.name();
            case "StorageClass" -> volume.spec().storageClassName();
            case "VolumeAttributesClass" -> unset(volume.spec().volumeAttributesClassName());
            case "Reason" -> volume.status().reason();
            case "VolumeMode" -> unset(volume.spec().volumeMode());
            default -> Cells.common(column, object, now);
        };
    }

    private static Object storageClass(String column, Struct object, Instant now) {
        StorageClass type = new StorageClass(object);
        boolean usual = "true".equals(type.metadata().annotations().get(DEFAULT));
        return switch (column) {
            case "Name" -> usual ? type.name() + " (default)" : type.name();
            case "Provisioner" -> type.provisioner();
            case "ReclaimPolicy" ->
                    type.reclaimPolicy().isEmpty() ? "Delete" : type.reclaimPolicy();
            case "VolumeBindingMode" -> unset(type.volumeBindingMode());
            case "AllowVolumeExpansion" -> type.allowVolumeExpansion();
            default -> Cells.common(column, object, now);
        };
    }

    private static String storage(Map<String, Quantity> amounts) {
        Quantity storage = amounts.get("storage");
        return storage == null ? "" : storage.toString();
    }

    private static String modes(List<String> modes) {
        return String.join(",", modes.stream().map(m -> MODES.getOrDefault(m, m)).toList());
    }

    private static String unset(String text) {
        return text.isEmpty() ? "<unset>" : text;
    }
}
