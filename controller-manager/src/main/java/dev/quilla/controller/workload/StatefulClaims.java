package dev.quilla.controller.workload;

import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.EventType;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.client.PatchType;
import dev.quilla.controller.Owners;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.ResourceType;
import dev.quilla.model.Resources;
import dev.quilla.model.apps.v1.StatefulSet;
import dev.quilla.model.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy;
import dev.quilla.model.core.v1.PersistentVolumeClaim;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.meta.v1.OwnerReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The volume claims of stateful sets: one a template and number, which outlives its pods, so that
 * the next pod of that number finds its data. How long it lives beyond that the set's {@code
 * persistentVolumeClaimRetentionPolicy} says, and owner references carry it out: a claim that goes
 * with the set is the set's, one that goes because the set has become smaller is the last pod's.
 */
final class StatefulClaims {

    private static final ResourceType<PersistentVolumeClaim> CLAIMS =
            Resources.PERSISTENT_VOLUME_CLAIMS;
    private static final String DELETE = "Delete";

    private final ApiClient client;
    private final Informer<PersistentVolumeClaim> claims;
    private final EventRecorder events;

    StatefulClaims(ApiClient client, Informers informers, EventRecorder events) {
        this.client = client;
        this.claims = informers.of(CLAIMS);
        this.events = events;
    }

    /** Changes of claims, by the set that owns one or has the pod that does. */
    Trigger trigger() {
        return Trigger.on(
                claims,
                claim ->
                        Stream.concat(
                                        Owners.keys(claim, Resources.STATEFUL_SETS.gvk().kind())
                                                .stream(),
                                        Owners.keys(claim, Resources.PODS.gvk().kind()).stream()
                                                .map(StatefulClaims::setOf))
                                .toList());
    }

    private static ObjectKey setOf(ObjectKey pod) {
        int end = Math.max(0, pod.name().lastIndexOf('-'));
        return new ObjectKey(pod.namespace(), pod.name().substring(0, end));
    }

    /** What the claim of a template and a number is called. */
    static String name(StatefulSet set, PersistentVolumeClaim template, int ordinal) {
        return template.name() + "-" + set.name() + "-" + ordinal;
    }

    /**
     * Makes those claims of a number that are missing.
     *
     * @return whether a pod can have them all; not if one is about to go with an earlier pod
     */
    boolean make(StatefulSet set, int ordinal) {
        boolean all = true;
        for (PersistentVolumeClaim template : set.spec().volumeClaimTemplates()) {
            ObjectKey key = new ObjectKey(set.namespace(), name(set, template, ordinal));
            Optional<PersistentVolumeClaim> there = client.resource(CLAIMS).find(key);
            if (there.isEmpty()) {
                client.resource(CLAIMS).create(claim(set, template, key));
            }
            all &= there.isEmpty() || !goes(set, there.get());
        }
        return all;
    }

    /**
     * Whether a claim is being collected. There is no pod of its number now, so that a pod that
     * owns it is gone, and so is a set of another uid.
     */
    private static boolean goes(StatefulSet set, PersistentVolumeClaim claim) {
        return claim.metadata().hasDeletionTimestamp()
                || Owners.controller(claim).filter(o -> isGone(o, set)).isPresent();
    }

    private static boolean isGone(OwnerReference owner, StatefulSet set) {
        return owner.kind().equals(Resources.PODS.gvk().kind())
                || (owner.kind().equals(Resources.STATEFUL_SETS.gvk().kind())
                        && owner.name().equals(set.name())
                        && !owner.uid().equals(set.uid()));
    }

    private static PersistentVolumeClaim claim(
            StatefulSet set, PersistentVolumeClaim template, ObjectKey key) {
        Map<String, String> labels = new HashMap<>(template.metadata().labels());
        labels.putAll(set.spec().selector().matchLabels());
        return PersistentVolumeClaim.builder()
                .metadata(m -> {
                    m.namespace(key.namespace())
                            .name(key.name())
                            .labels(labels)
                            .annotations(template.metadata().annotations());
                    return DELETE.equals(policy(set).whenDeleted())
                            ? m.ownerReferences(List.of(reference(set)))
                            : m;
                })
                .spec(template.spec())
                .build();
    }

    private static StatefulSetPersistentVolumeClaimRetentionPolicy policy(StatefulSet set) {
        return set.spec().persistentVolumeClaimRetentionPolicy();
    }

    private static OwnerReference reference(StatefulSet set) {
        return Owners.reference(Resources.STATEFUL_SETS, set);
    }

    /** Gives the claims of a set's pods to whom they go with. */
    void own(StatefulSet set, List<Pod> pods) {
        for (Pod pod : pods) {
            int ordinal = StatefulPlan.ordinal(set, pod);
            Optional<OwnerReference> owner = owner(set, pod, ordinal);
            for (PersistentVolumeClaim template : set.spec().volumeClaimTemplates()) {
                claims.get(new ObjectKey(set.namespace(), name(set, template, ordinal)))
                        .filter(c -> !c.metadata().hasDeletionTimestamp())
                        .ifPresent(c -> own(set, pod, c, owner));
            }
        }
    }

    private static Optional<OwnerReference> owner(StatefulSet set, Pod pod, int ordinal) {
        if (StatefulPlan.isSurplus(set, ordinal) && DELETE.equals(policy(set).whenScaled())) {
            return Optional.of(Owners.reference(Resources.PODS, pod));
        }
        return DELETE.equals(policy(set).whenDeleted())
                ? Optional.of(reference(set))
                : Optional.empty();
    }

    private void own(
            StatefulSet set, Pod pod, PersistentVolumeClaim claim, Optional<OwnerReference> owner) {
        List<OwnerReference> others =
                claim.metadata().ownerReferences().stream()
                        .filter(o -> !isOurs(o, set, pod))
                        .toList();
        if (others.stream().anyMatch(OwnerReference::controller)) {
            events.record(
                    set,
                    EventType.WARNING,
                    "ConflictingController",
                    "claim "
                            + claim.name()
                            + " is managed by somebody else: the retention policy does not apply"
                            + " to it");
            return;
        }
        List<OwnerReference> wanted = new ArrayList<>(others);
        owner.ifPresent(wanted::add);
        if (!wanted.equals(claim.metadata().ownerReferences())) {
            patch(claim, wanted);
        }
    }

    /** A set or a pod of these names: what they refer to now, or what is gone. */
    private static boolean isOurs(OwnerReference owner, StatefulSet set, Pod pod) {
        return owner.uid().equals(set.uid())
                || (owner.kind().equals(Resources.PODS.gvk().kind())
                        && owner.name().equals(pod.name()));
    }

    private void patch(PersistentVolumeClaim claim, List<OwnerReference> owners) {
        try {
            client.resource(CLAIMS)
                    .patch(claim.key(), PatchType.MERGE, Owners.patch(claim, owners));
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }
}
