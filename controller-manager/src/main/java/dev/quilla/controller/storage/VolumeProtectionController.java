package dev.quilla.controller.storage;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.PersistentVolume;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Volumes stay while a claim is bound to them. */
public final class VolumeProtectionController implements Controller {

    static final String FINALIZER = "kubernetes.io/pv-protection";

    private final ApiClient client;
    private final Informer<PersistentVolume> volumes;

    /** Works through a client and shared informers. */
    public VolumeProtectionController(ApiClient client, Informers informers) {
        this.client = client;
        this.volumes = informers.of(Resources.PERSISTENT_VOLUMES);
    }

    @Override
    public String name() {
        return "volume-protection";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(Trigger.onItself(volumes));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<PersistentVolume> found = volumes.get(key);
        if (found.isEmpty()) {
            return Outcome.DONE;
        }
        List<String> finalizers = found.get().metadata().finalizers();
        boolean going = found.get().metadata().hasDeletionTimestamp();
        boolean bound = found.get().status().phase().equals("Bound");
        if (going == finalizers.contains(FINALIZER) && !(going && bound)) {
            List<String> now = new ArrayList<>(finalizers);
            if (!now.remove(FINALIZER)) {
                now.add(FINALIZER);
            }
            client.resource(Resources.PERSISTENT_VOLUMES)
                    .update(found.get().toBuilder().metadata(m -> m.finalizers(now)).build());
        }
        return Outcome.DONE;
    }
}
