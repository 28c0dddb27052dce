package dev.quilla.controller.storage;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.client.ListOptions;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.PersistentVolumeClaim;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Claims stay while pods use them: one that is being deleted goes when no pod that has a node is
 * left. What the API adds to new claims, those of an earlier version get here.
 */
public final class ClaimProtectionController implements Controller {

    static final String FINALIZER = "kubernetes.io/pvc-protection";
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    private final ApiClient client;
    private final Informer<PersistentVolumeClaim> claims;
    private final Informer<Pod> pods;

    /** Works through a client and shared informers. */
    public ClaimProtectionController(ApiClient client, Informers informers) {
        this.client = client;
        this.claims = informers.of(Resources.PERSISTENT_VOLUME_CLAIMS);
        this.pods = informers.of(Resources.PODS);
    }

    @Override
    public String name() {
        return "claim-protection";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(Trigger.onItself(claims), Trigger.on(pods, ClaimProtectionController::used));
    }

    /** The claims that a pod names, whether it has a node or not. */
    private static List<ObjectKey> used(Pod pod) {
        return pod.spec().volumes().stream()
                .flatMap(v -> claim(pod, v).stream())
                .map(name -> new ObjectKey(pod.namespace(), name))
                .toList();
    }

    private static Optional<String> claim(Pod pod, Volume volume) {
        if (volume.hasPersistentVolumeClaim()) {
            return Optional.of(volume.persistentVolumeClaim().claimName());
        }
        return volume.hasEphemeral()
                ? Optional.of(pod.name() + "-" + volume.name())
                : Optional.empty();
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<PersistentVolumeClaim> found = claims.get(key);
        if (found.isEmpty()) {
            return Outcome.DONE;
        }
        List<String> finalizers = found.get().metadata().finalizers();
        boolean going = found.get().metadata().hasDeletionTimestamp();
        if (going == finalizers.contains(FINALIZER) && (!going || !isUsed(key))) {
            List<String> now = new ArrayList<>(finalizers);
            if (!now.remove(FINALIZER)) {
                now.add(FINALIZER);
            }
            client.resource(Resources.PERSISTENT_VOLUME_CLAIMS)
                    .update(found.get().toBuilder().metadata(m -> m.finalizers(now)).build());
        }
        return Outcome.DONE;
    }

    /** Asks the cache first, since it mostly knows, and then the API, since it lags. */
    private boolean isUsed(ObjectKey key) {
        return pods.inNamespace(key.namespace()).anyMatch(p -> uses(p, key))
                || client
                        .resource(Resources.PODS)
                        .list(ListOptions.inNamespace(key.namespace()))
                        .items()
                        .stream()
                        .anyMatch(p -> uses(p, key));
    }

    private static boolean uses(Pod pod, ObjectKey key) {
        boolean ended = ENDED.contains(pod.status().phase());
        return !pod.spec().nodeName().isEmpty()
                && pod.spec().volumes().stream()
                        .filter(v -> !ended || v.hasPersistentVolumeClaim())
                        .flatMap(v -> claim(pod, v).stream())
                        .anyMatch(key.name()::equals);
    }
}
