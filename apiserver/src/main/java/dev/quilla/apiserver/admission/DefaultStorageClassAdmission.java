package dev.quilla.apiserver.admission;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.PersistentVolumeClaim;
import dev.quilla.model.storage.v1.StorageClass;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/** A claim that names no storage class gets the default one; of several, the newest. */
public final class DefaultStorageClassAdmission implements Admission {

    private static final String DEFAULT = "storageclass.kubernetes.io/is-default-class";

    /** The deprecated way to name a class. */
    static final String NAMED = "volume.beta.kubernetes.io/storage-class";

    private final ObjectStore objects;
    private final ApiResource classes =
            Schema.builtin().find(Resources.STORAGE_CLASSES.gvr()).orElseThrow();

    /** Looks up classes there. */
    public DefaultStorageClassAdmission(ObjectStore objects) {
        this.objects = objects;
    }

    @Override
    public Struct admit(Request request, Struct object) {
        if (!request.creates("", "persistentvolumeclaims")) {
            return object;
        }
        PersistentVolumeClaim claim = new PersistentVolumeClaim(object);
        if (claim.spec().hasStorageClassName()
                || claim.metadata().annotations().containsKey(NAMED)) {
            return object;
        }
        return usual().map(c ->
                        claim.toBuilder().spec(s -> s.storageClassName(c.name())).build().struct())
                .orElse(object);
    }

    private Optional<StorageClass> usual() {
        return objects.list(objects.local(), classes, "").stream()
                .map(StorageClass::new)
                .filter(c -> "true".equals(c.metadata().annotations().get(DEFAULT)))
                .max(
                        Comparator.comparing((StorageClass c) ->
                                        c.metadata().creationTimestamp().orElse(Instant.EPOCH))
                                .thenComparing(StorageClass::name, Comparator.reverseOrder()));
    }
}
