package dev.quilla.controller.storage;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.client.ListOptions;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.PersistentVolume;
import dev.quilla.model.core.v1.PersistentVolumeClaim;
import dev.quilla.model.storage.v1.VolumeAttributesClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Classes of volumes' attributes stay while a claim or a volume has or wants one. */
public final class AttributesProtectionController implements Controller {

    static final String FINALIZER = "kubernetes.io/vac-protection";

    private final ApiClient client;
    private final Informer<VolumeAttributesClass> classes;
    private final Informer<PersistentVolumeClaim> claims;
    private final Informer<PersistentVolume> volumes;

    /** Works through a client and shared informers. */
    public AttributesProtectionController(ApiClient client, Informers informers) {
        this.client = client;
        this.classes = informers.of(Resources.VOLUME_ATTRIBUTES_CLASSES);
        this.claims = informers.of(Resources.PERSISTENT_VOLUME_CLAIMS);
        this.volumes = informers.of(Resources.PERSISTENT_VOLUMES);
    }

    @Override
    public String name() {
        return "attributes-protection";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(
                Trigger.onItself(classes),
                Trigger.on(claims, claim -> used(claim).map(ObjectKey::cluster).toList()),
                Trigger.on(volumes, volume -> used(volume).map(ObjectKey::cluster).toList()));
    }

    private static Stream<String> used(PersistentVolumeClaim claim) {
        return Stream.of(
                        claim.spec().volumeAttributesClassName(),
                        claim.status().currentVolumeAttributesClassName(),
                        claim.status().modifyVolumeStatus().targetVolumeAttributesClassName())
                .filter(name -> !name.isEmpty());
    }

    private static Stream<String> used(PersistentVolume volume) {
        return Stream.of(volume.spec().volumeAttributesClassName()).filter(name -> !name.isEmpty());
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<VolumeAttributesClass> found = classes.get(key);
        if (found.isEmpty()) {
            return Outcome.DONE;
        }
        List<String> finalizers = found.get().metadata().finalizers();
        boolean going = found.get().metadata().hasDeletionTimestamp();
        if (going == finalizers.contains(FINALIZER) && (!going || !isUsed(key.name()))) {
            List<String> now = new ArrayList<>(finalizers);
            if (!now.remove(FINALIZER)) {
                now.add(FINALIZER);
            }
            client.resource(Resources.VOLUME_ATTRIBUTES_CLASSES)
                    .update(found.get().toBuilder().metadata(m -> m.finalizers(now)).build());
        }
        return Outcome.DONE;
    }

    /** Asks the API: what is in the caches may be old, and classes go seldom. */
    private boolean isUsed(String name) {
        ListOptions everywhere = ListOptions.ALL;
        return client.resource(Resources.PERSISTENT_VOLUME_CLAIMS).list(everywhere).items().stream()
                        .flatMap(AttributesProtectionController::used)
                        .anyMatch(name::equals)
                || client.resource(Resources.PERSISTENT_VOLUMES).list(everywhere).items().stream()
                        .flatMap(AttributesProtectionController::used)
                        .anyMatch(name::equals);
    }
}
