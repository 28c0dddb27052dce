package dev.quilla.apiserver.registry;

import dev.quilla.apiserver.kinds.KindBehaviour;
import dev.quilla.model.GroupResource;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.Schema.ApiResource;
import java.util.Set;

/**
 * A resource that this server serves.
 *
 * @param type its schema
 * @param behaviour what its kind does beyond that
 */
public record ServedResource(ApiResource type, KindBehaviour behaviour) {

    /** Kinds whose deletion is answered by what was deleted; for others it is told that it was. */
    private static final Set<String> TOLD =
            Set.of(
                    "persistentvolumeclaims",
                    "persistentvolumes",
                    "pods",
                    "podtemplates",
                    "resourcequotas",
                    "serviceaccounts",
                    "services",
                    "csidrivers.storage.k8s.io",
                    "csinodes.storage.k8s.io",
                    "storageclasses.storage.k8s.io",
                    "volumeattachments.storage.k8s.io",
                    "volumeattributesclasses.storage.k8s.io",
                    "deviceclasses.resource.k8s.io",
                    "resourceclaims.resource.k8s.io",
                    "resourceclaimtemplates.resource.k8s.io",
                    "resourceslices.resource.k8s.io");

    /** Its name without version. */
    public GroupResource groupResource() {
        return type.gvr().groupResource();
    }

    /** Its kind. */
    public GroupVersionKind gvk() {
        return type.gvk();
    }

    /** Whether it has a status that is written apart from the rest. */
    public boolean hasStatus() {
        return type.subresource("status").isPresent();
    }

    /** Whether a deletion answers the object as it was, not just that it is gone. */
    public boolean answersWhatIsDeleted() {
        return TOLD.contains(groupResource().toString());
    }
}
