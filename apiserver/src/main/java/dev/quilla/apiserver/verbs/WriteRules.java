package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.admission.Admission;
import dev.quilla.apiserver.admission.AdmissionChain;
import dev.quilla.apiserver.kinds.KindWarnings;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.client.Body;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.GroupResource;
import dev.quilla.model.Struct;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.model.validation.FieldError;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The way in: defaults, admission, what the cluster sets itself, validation. Thread-safe. */
public final class WriteRules {

    /** Kinds whose objects have no generation. */
    private static final Set<String> WITHOUT_GENERATION =
            Set.of(
                    "services",
                    "configmaps",
                    "secrets",
                    "serviceaccounts",
                    "namespaces",
                    "nodes",
                    "persistentvolumes",
                    "persistentvolumeclaims",
                    "resourcequotas",
                    "limitranges",
                    "endpoints",
                    "events",
                    "events.events.k8s.io",
                    "controllerrevisions.apps",
                    "horizontalpodautoscalers.autoscaling",
                    "roles.rbac.authorization.k8s.io",
                    "rolebindings.rbac.authorization.k8s.io",
                    "clusterroles.rbac.authorization.k8s.io",
                    "clusterrolebindings.rbac.authorization.k8s.io",
                    "leases.coordination.k8s.io",
                    "storageclasses.storage.k8s.io",
                    "csinodes.storage.k8s.io",
                    "csidrivers.storage.k8s.io",
                    "csistoragecapacities.storage.k8s.io",
                    "volumeattachments.storage.k8s.io",
                    "volumeattributesclasses.storage.k8s.io",
                    "runtimeclasses.node.k8s.io",
                    "apiservices.apiregistration.k8s.io",
                    "resourceclaims.resource.k8s.io",
                    "resourceclaimtemplates.resource.k8s.io",
                    "ipaddresses.networking.k8s.io",
                    "servicecidrs.networking.k8s.io",
                    "certificatesigningrequests.certificates.k8s.io");

    private final AdmissionChain admissions;
    private final InstantSource clock;

    /** Objects pass these policies. */
    public WriteRules(AdmissionChain admissions, InstantSource clock) {
        this.admissions = admissions;
        this.clock = clock;
    }

    /** Refuses what can't be claimed; a rehearsal claims nothing. */
    static void checkClaims(
            ServedResource resource, ApiCall call, Struct object, Optional<Struct> before) {
        if (!call.dryRun()) {
            refuse(resource, object, resource.behaviour().validateClaims(object, before));
        }
    }

    /** The policies that requests pass. */
    AdmissionChain admissions() {
        return admissions;
    }

    /**
     * A new object, ready to be stored but for what is claimed.
     *
     * @param owned tells who owns what, before policies and the cluster add what nobody sent
     */
    Struct forCreate(
            ServedResource resource, ApiCall call, Struct sent, UnaryOperator<Struct> owned) {
        // A node tells what it is when it comes; everything else has no state before it is there,
        // but for what its kind says that a new one has.
        boolean stateless = resource.hasStatus() && !isNode(resource);
        Struct begun = resource.behaviour().defaults(stateless ? sent.without("status") : sent);
        Struct object = owned.apply(Metadata.tidy(begun));
        Admission.Request request = Admission.Request.create(resource, call);
        object = admissions.admit(request, object);
        if (stateless) {
            object = replaced(object, begun, "status");
        }
        object = resource.behaviour().defaults(object);
        object = resource.behaviour().beforeCreate(object);
        if (hasGeneration(resource)) {
            object = Metadata.edit(object, m -> m.generation(1));
        }
        check(resource, object, Optional.empty(), "");
        warn(resource, call, object, Optional.empty());
        admissions.validate(request, Optional.of(object));
        return object;
    }

    /**
     * A changed object, ready to be stored.
     *
     * @param owned as for a new one
     */
    Struct forUpdate(
            ServedResource resource,
            ApiCall call,
            Struct before,
            Struct sent,
            UnaryOperator<Struct> owned) {
        Struct object = keepSystemMetadata(before, sent);
        if (resource.hasStatus()) {
            object = replaced(object, before, "status");
        }
        object = owned.apply(Metadata.tidy(resource.behaviour().defaults(object)));
        Admission.Request request = Admission.Request.update(resource, call, before);
        object = admissions.admit(request, object);
        object = resource.behaviour().beforeUpdate(before, object);
        if (hasGeneration(resource) && changesIntent(resource, before, object)) {
            long generation = Metadata.of(before).generation() + 1;
            object = Metadata.edit(object, m -> m.generation(generation));
        }
        check(resource, object, Optional.of(before), call.info().subresource());
        warn(resource, call, object, Optional.of(before));
        admissions.validate(request, Optional.of(object));
        return object;
    }

    /**
     * An object whose status alone is changed.
     *
     * @param owned as for a new one
     */
    Struct forStatus(
            ServedResource resource,
            ApiCall call,
            Struct before,
            Struct sent,
            UnaryOperator<Struct> owned) {
        Struct object =
                owned.apply(
                        Metadata.tidy(
                                statusMetadata(call, replaced(before, sent, "status"), sent)));
        Admission.Request request = Admission.Request.update(resource, call, before);
        // Policies refuse what was sent, though no more of it than the status counts.
        Struct admitted = admissions.admit(request, withOwners(Metadata.tidy(sent), object));
        object = statusMetadata(call, replaced(object, admitted, "status"), admitted);
        object = resource.behaviour().beforeStatus(before, object, clock.instant());
        refuse(resource, object, ObjectRules.checkStatus(resource, object, before));
        if (isReadBySomebody(call)) {
            KindWarnings.ofStatus(resource.groupResource(), object).forEach(call.warnings()::add);
        }
        admissions.validate(request, Optional.of(object));
        return object;
    }

    /** As Kubernetes does: status writers may also set labels, annotations and finalizers. */
    private static Struct statusMetadata(ApiCall call, Struct object, Struct sent) {
        ObjectMeta now = Metadata.of(sent);
        return Metadata.edit(
                object,
                m -> {
                    ObjectMeta.Builder metadata = m;
                    if (now.hasAnnotations()) {
                        metadata = metadata.annotations(now.annotations());
                    }
                    if (call.applies()) {
                        metadata = metadata.managedFields(now.managedFields());
                    }
                    return now.hasLabels() ? metadata.labels(now.labels()) : metadata;
                });
    }

    private static Struct withOwners(Struct object, Struct source) {
        return Metadata.edit(object, m -> m.managedFields(Metadata.of(source).managedFields()));
    }

    private static Struct replaced(Struct object, Struct source, String field) {
        return source.find(field)
                .map(value -> object.with(field, value))
                .orElseGet(() -> object.without(field));
    }

    private static Struct keepSystemMetadata(Struct before, Struct sent) {
        ObjectMeta old = Metadata.of(before);
        return Metadata.edit(
                sent,
                m -> {
                    m.uid(Metadata.of(sent).uid().isEmpty() ? old.uid() : Metadata.of(sent).uid());
                    old.creationTimestamp().ifPresent(m::creationTimestamp);
                    if (old.hasGeneration()) {
                        m.generation(old.generation());
                    } else {
                        m.clearGeneration();
                    }
                    if (!Metadata.of(sent).hasManagedFields() && old.hasManagedFields()) {
                        m.managedFields(old.managedFields());
                    }
                    m.clearDeletionTimestamp().clearDeletionGracePeriodSeconds();
                    old.deletionTimestamp().ifPresent(m::deletionTimestamp);
                    if (old.hasDeletionGracePeriodSeconds()) {
                        m.deletionGracePeriodSeconds(old.deletionGracePeriodSeconds());
                    }
                    return m.clearResourceVersion();
                });
    }

    private static boolean isNode(ServedResource resource) {
        return resource.groupResource().equals(new GroupResource("", "nodes"));
    }

    private static boolean hasGeneration(ServedResource resource) {
        return !WITHOUT_GENERATION.contains(resource.groupResource().toString());
    }

    private static boolean changesIntent(ServedResource resource, Struct before, Struct now) {
        Struct a = before.without("metadata");
        Struct b = now.without("metadata");
        if (resource.hasStatus()) {
            a = a.without("status");
            b = b.without("status");
        }
        boolean annotationsCount = resource.gvk().kind().equals("Deployment");
        return !a.equals(b)
                || (annotationsCount
                        && !Metadata.of(before)
                                .annotations()
                                .equals(Metadata.of(now).annotations()));
    }

    private static void check(
            ServedResource resource, Struct object, Optional<Struct> before, String subresource) {
        refuse(resource, object, ObjectRules.check(resource, object, before, subresource));
    }

    private static void warn(
            ServedResource resource, ApiCall call, Struct object, Optional<Struct> before) {
        if (isReadBySomebody(call)) {
            KindWarnings.of(resource.groupResource(), object, before).forEach(call.warnings()::add);
        }
    }

    /** Controllers within the server write objects that are ready, and read no warnings. */
    private static boolean isReadBySomebody(ApiCall call) {
        return !(call.body() instanceof Body.OfStruct);
    }

    private static void refuse(ServedResource resource, Struct object, List<FieldError> errors) {
        if (!errors.isEmpty()) {
            throw ApiErrors.invalid(resource.gvk(), Metadata.name(object), errors);
        }
    }
}
