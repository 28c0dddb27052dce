package dev.quilla.apiserver.admission;

import dev.quilla.model.Struct;
import dev.quilla.model.meta.v1.ObjectMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * New claims, volumes and classes of their attributes stay, once they are deleted, until
 * controllers have seen that nothing uses them.
 */
public final class StorageProtectionAdmission implements Admission {

    private static final Map<String, String> FINALIZERS =
            Map.of(
                    "persistentvolumeclaims", "kubernetes.io/pvc-protection",
                    "persistentvolumes", "kubernetes.io/pv-protection",
                    "volumeattributesclasses.storage.k8s.io", "kubernetes.io/vac-protection");

    @Override
    public boolean handles(Request request) {
        return request.writes()
                && request.operation() == Operation.CREATE
                && FINALIZERS.containsKey(request.resource().groupResource().toString());
    }

    @Override
    public Struct admit(Request request, Struct object) {
        String finalizer = FINALIZERS.get(request.resource().groupResource().toString());
        ObjectMeta metadata =
                new ObjectMeta(
                        (Struct)
                                object.find("metadata")
                                        .orElseGet(() -> ObjectMeta.definition().empty()));
        if (finalizer == null || metadata.finalizers().contains(finalizer)) {
            return object;
        }
        List<String> finalizers = new ArrayList<>(metadata.finalizers());
        finalizers.add(finalizer);
        return object.with(
                "metadata", metadata.toBuilder().finalizers(finalizers).build().struct());
    }
}
