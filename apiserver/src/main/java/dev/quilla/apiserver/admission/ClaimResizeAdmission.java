package dev.quilla.apiserver.admission;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Quantity;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.PersistentVolumeClaim;
import dev.quilla.model.storage.v1.StorageClass;
import java.util.Optional;

/**
 * A claim may grow once it has its volume, and only where its storage class says that volumes can
 * be expanded. That it does not shrink below what it has is a rule of the kind.
 */
public final class ClaimResizeAdmission implements Admission {

    private static final String STORAGE = "storage";

    private final ObjectStore objects;
    private final ApiResource classes =
            Schema.builtin().find(Resources.STORAGE_CLASSES.gvr()).orElseThrow();

    /** Looks up classes there. */
    public ClaimResizeAdmission(ObjectStore objects) {
        this.objects = objects;
    }

    @Override
    public boolean handles(Request request) {
        return request.changes("", "persistentvolumeclaims", "");
    }

    @Override
    public void validate(Request request, Optional<Struct> object) {
        PersistentVolumeClaim before = new PersistentVolumeClaim(request.before().orElseThrow());
        PersistentVolumeClaim now = new PersistentVolumeClaim(object.orElseThrow());
        if (wanted(now).compareTo(wanted(before)) <= 0) {
            return;
        }
        if (!before.status().phase().equals("Bound")) {
            throw refused(request, now, "Only bound persistent volume claims can be expanded");
        }
        String name = className(now);
        if (!name.equals(className(before)) || !isExpandable(name)) {
            throw refused(
                    request,
                    now,
                    "only dynamically provisioned pvc can be resized and the storageclass that"
                            + " provisions the pvc must support resize");
        }
    }

    private static Quantity wanted(PersistentVolumeClaim claim) {
        return claim.spec().resources().requests().getOrDefault(STORAGE, Quantity.ZERO);
    }

    private static String className(PersistentVolumeClaim claim) {
        return claim.metadata()
                .annotations()
                .getOrDefault(DefaultStorageClassAdmission.NAMED, claim.spec().storageClassName());
    }

    private boolean isExpandable(String name) {
        return !name.isEmpty()
                && objects.find(objects.local(), classes, ObjectKey.cluster(name))
                        .map(s -> new StorageClass(s.object()))
                        .filter(StorageClass::allowVolumeExpansion)
                        .isPresent();
    }

    private static RuntimeException refused(
            Request request, PersistentVolumeClaim claim, String why) {
        return ApiErrors.forbidden(request.resource().groupResource(), claim.name(), why);
    }
}
