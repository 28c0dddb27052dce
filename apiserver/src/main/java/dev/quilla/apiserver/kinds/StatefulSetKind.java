package dev.quilla.apiserver.kinds;

import dev.quilla.model.Struct;
import dev.quilla.model.apps.v1.StatefulSet;
import dev.quilla.model.apps.v1.StatefulSetSpec;
import dev.quilla.model.core.v1.PersistentVolumeClaim;
import dev.quilla.model.core.v1.PodTemplateSpec;
import dev.quilla.model.core.v1.Volume;
import dev.quilla.model.meta.v1.LabelSelector;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** StatefulSets. */
final class StatefulSetKind extends WorkloadKind {

    private static final String RETAIN = "Retain";

    private static PersistentVolumeClaim claim(PersistentVolumeClaim template) {
        Struct named =
                template.struct().with("apiVersion", "v1").with("kind", "PersistentVolumeClaim");
        return new PersistentVolumeClaim(
                StorageKinds.CLAIM_TEMPLATES.beforeCreate(
                        StorageKinds.CLAIM_TEMPLATES.defaults(named)));
    }

    @Override
    LabelSelector selector(Struct object) {
        return new StatefulSet(object).spec().selector();
    }

    @Override
    PodTemplateSpec template(Struct object) {
        return new StatefulSet(object).spec().template();
    }

    /** A claim's volume takes the place of one of its name. */
    @Override
    PodTemplateSpec withClaims(Struct object) {
        List<Volume> volumes = new ArrayList<>();
        new StatefulSet(object)
                .spec().volumeClaimTemplates().stream()
                        .map(claim -> claim.metadata().name())
                        .forEach(name -> volumes.add(claimed(name)));
        Set<String> claimed = volumes.stream().map(Volume::name).collect(Collectors.toSet());
        PodTemplateSpec template = template(object);
        template.spec().volumes().stream()
                .filter(volume -> !claimed.contains(volume.name()))
                .forEach(volumes::add);
        return volumes.isEmpty()
                ? template
                : template.toBuilder().spec(s -> s.volumes(volumes)).build();
    }

    private static Volume claimed(String name) {
        return Volume.builder().name(name).persistentVolumeClaim(c -> c.claimName(name)).build();
    }

    @Override
    String podsOwner() {
        return "StatefulSet";
    }

    @Override
    String lessened() {
        return "statefulset";
    }

    @Override
    public Struct defaults(Struct object) {
        StatefulSet set = new StatefulSet(object);
        return set.toBuilder()
                .spec(s -> {
                    if (!set.spec().hasReplicas()) {
                        s.replicas(1);
                    }
                    if (!set.spec().hasPodManagementPolicy()) {
                        s.podManagementPolicy("OrderedReady");
                    }
                    if (!set.spec().hasRevisionHistoryLimit()) {
                        s.revisionHistoryLimit(HISTORY);
                    }
                    var update = set.spec().updateStrategy();
                    if (!update.type().equals("OnDelete")) {
                        s.updateStrategy(u ->
                                (update.hasType() ? u : u.type("RollingUpdate"))
                                        .rollingUpdate(r ->
                                                r.partition(update.rollingUpdate().partition())));
                    }
                    var kept = set.spec().persistentVolumeClaimRetentionPolicy();
                    s.persistentVolumeClaimRetentionPolicy(p ->
                            p.whenDeleted(
                                            kept.whenDeleted().isEmpty()
                                                    ? RETAIN
                                                    : kept.whenDeleted())
                                    .whenScaled(
                                            kept.whenScaled().isEmpty()
                                                    ? RETAIN
                                                    : kept.whenScaled()));
                    if (set.spec().hasVolumeClaimTemplates()) {
                        s.volumeClaimTemplates(
                                set.spec().volumeClaimTemplates().stream()
                                        .map(StatefulSetKind::claim)
                                        .toList());
                    }
                    return s.template(PodTemplates.defaults(set.spec().template()));
                })
                .build()
                .struct();
    }

    @Override
    public List<FieldError> validate(Struct object, Optional<Struct> before) {
        List<FieldError> errors = new ArrayList<>(super.validate(object, before));
        if (before.isEmpty()) {
            fixedRules(new StatefulSet(object).spec(), errors);
        }
        before.map(this::defaults)
                .filter(b -> !fixed(b).equals(fixed(object)))
                .ifPresent(b ->
                        errors.add(
                                FieldError.forbidden(
                                        "spec",
                                        "updates to statefulset spec for fields other than"
                                                + " 'replicas', 'ordinals', 'template',"
                                                + " 'updateStrategy', 'revisionHistoryLimit',"
                                                + " 'persistentVolumeClaimRetentionPolicy' and"
                                                + " 'minReadySeconds' are forbidden")));
        return errors;
    }

    /** Of what stays as it was made, so that sets from before these rules can still change. */
    private static void fixedRules(StatefulSetSpec spec, List<FieldError> errors) {
        String service = spec.serviceName();
        if (!service.isEmpty()) {
            Names.label(service)
                    .ifPresent(p -> errors.add(FieldError.invalid("spec.serviceName", service, p)));
        }
        List<PersistentVolumeClaim> claims = spec.volumeClaimTemplates();
        for (int i = 0; i < claims.size(); i++) {
            String at = "spec.volumeClaimTemplates[" + i + "]";
            errors.addAll(StorageRules.ofTemplate(claims.get(i).struct(), at));
            if (claims.get(i).metadata().name().isEmpty()) {
                String volume = "spec.template.spec.volumes[" + i + "]";
                errors.add(FieldError.required(volume + ".persistentVolumeClaim.claimName", ""));
                errors.add(FieldError.required(volume + ".name", ""));
            }
        }
    }

    private static StatefulSetSpec fixed(Struct object) {
        return new StatefulSet(object)
                .spec().toBuilder()
                        .clearReplicas()
                        .clearOrdinals()
                        .clearTemplate()
                        .clearUpdateStrategy()
                        .clearRevisionHistoryLimit()
                        .clearPersistentVolumeClaimRetentionPolicy()
                        .clearMinReadySeconds()
                        .build();
    }
}
