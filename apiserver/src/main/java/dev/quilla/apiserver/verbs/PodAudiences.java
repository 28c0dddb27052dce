package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.ApiObject;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.ResourceType;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Volume;
import dev.quilla.model.core.v1.VolumeProjection;
import dev.quilla.store.View;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * For whom the tokens of a pod are, as its volumes say: a node that is taken over must not get
 * tokens for services that its pods have nothing to do with.
 */
final class PodAudiences {

    private final ObjectStore objects;

    PodAudiences(ObjectStore objects) {
        this.objects = objects;
    }

    /**
     * The audiences of the tokens that a pod's volumes ask for, by themselves or by drivers, as
     * they are written: an empty one stands for the API itself.
     */
    Set<String> of(Pod pod) {
        Set<String> audiences = new HashSet<>();
        View view = objects.newest();
        for (Volume volume : pod.spec().volumes()) {
            for (VolumeProjection source : volume.projected().sources()) {
                if (source.hasServiceAccountToken()) {
                    audiences.add(source.serviceAccountToken().audience());
                }
            }
            driver(view, pod, volume).ifPresent(d -> audiences.addAll(ofDriver(view, d)));
        }
        return audiences;
    }

    private Optional<String> driver(View view, Pod pod, Volume volume) {
        if (volume.hasCsi()) {
            return Optional.of(volume.csi().driver());
        }
        String claim =
                volume.hasEphemeral()
                        ? pod.name() + "-" + volume.name()
                        : volume.persistentVolumeClaim().claimName();
        return claim.isEmpty()
                ? Optional.empty()
                : find(
                                view,
                                Resources.PERSISTENT_VOLUME_CLAIMS,
                                new ObjectKey(pod.namespace(), claim))
                        .map(c -> ObjectKey.cluster(c.spec().volumeName()))
                        .flatMap(v -> find(view, Resources.PERSISTENT_VOLUMES, v))
                        .map(v -> v.spec().csi().driver())
                        .filter(d -> !d.isEmpty());
    }

    private Set<String> ofDriver(View view, String driver) {
        Set<String> audiences = new HashSet<>();
        find(view, Resources.CSI_DRIVERS, ObjectKey.cluster(driver))
                .ifPresent(d -> d.spec().tokenRequests().forEach(r -> audiences.add(r.audience())));
        return audiences;
    }

    private <T extends ApiObject> Optional<T> find(View view, ResourceType<T> type, ObjectKey key) {
        return objects.find(view, Schema.builtin().find(type.gvr()).orElseThrow(), key)
                .map(s -> type.view().apply(s.object()));
    }
}
