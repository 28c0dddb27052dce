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

    /** Built-in kinds of which nobody may replace an object without saying which version. */
    private static final Set<String> VERSIONED =
            Set.of(
                    "clustertrustbundles.certificates.k8s.io",
                    "podcertificaterequests.certificates.k8s.io",
                    "runtimeclasses.node.k8s.io",
                    "storageversionmigrations.storagemigration.k8s.io",
                    "poddisruptionbudgets.policy",
                    "csidrivers.storage.k8s.io",
                    "csinodes.storage.k8s.io",
                    "csistoragecapacities.storage.k8s.io",
                    "volumeattachments.storage.k8s.io",
                    "leases.coordination.k8s.io",
                    "leasecandidates.coordination.k8s.io",
                    "validatingadmissionpolicies.admissionregistration.k8s.io",
                    "validatingadmissionpolicybindings.admissionregistration.k8s.io",
                    "mutatingadmissionpolicies.admissionregistration.k8s.io",
                    "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
                    "validatingwebhookconfigurations.admissionregistration.k8s.io",
                    "mutatingwebhookconfigurations.admissionregistration.k8s.io",
                    "customresourcedefinitions.apiextensions.k8s.io",
                    "apiservices.apiregistration.k8s.io");

    /** Kinds of which replacing what is not there creates it. */
    private static final Set<String> CREATED =
            Set.of(
                    "endpoints",
                    "events",
                    "events.events.k8s.io",
                    "limitranges",
                    "services",
                    "leases.coordination.k8s.io",
                    "leasecandidates.coordination.k8s.io",
                    "runtimeclasses.node.k8s.io",
                    "roles.rbac.authorization.k8s.io",
                    "rolebindings.rbac.authorization.k8s.io",
                    "clusterroles.rbac.authorization.k8s.io",
                    "clusterrolebindings.rbac.authorization.k8s.io");

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

    /** Whether who replaces an object has to say which version of it. */
    public boolean isReplacedByVersion() {
        return type.definition().custom() || VERSIONED.contains(groupResource().toString());
    }

    /** Whether replacing what is not there creates it. */
    public boolean isCreatedByReplacing() {
        return CREATED.contains(groupResource().toString());
    }
}
