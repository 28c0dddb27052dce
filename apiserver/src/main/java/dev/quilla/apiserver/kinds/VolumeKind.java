package dev.quilla.apiserver.kinds;

import static dev.quilla.apiserver.kinds.DefaultedKind.set;

import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.PersistentVolume;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Volumes: defaults, and since when they are in their phase. */
final class VolumeKind implements KindBehaviour {

    private static final DefaultedKind DEFAULTS =
            DefaultedKind.of(
                            set("spec.persistentVolumeReclaimPolicy", "Retain"),
                            set("spec.volumeMode", "Filesystem"),
                            set("spec.hostPath.type", ""))
                    .pendingAtFirst();

    @Override
    public Struct defaults(Struct object) {
        return DEFAULTS.defaults(object);
    }

    @Override
    public Struct beforeCreate(Struct object) {
        Struct pending = DEFAULTS.beforeCreate(object);
        return new PersistentVolume(pending)
                .metadata()
                .creationTimestamp()
                .map(now -> since(pending, now))
                .orElse(pending);
    }

    /** A phase that is left out of account for its time keeps it; another one begins now. */
    @Override
    public Struct beforeStatus(Struct before, Struct object, Instant now) {
        var was = new PersistentVolume(before).status();
        var is = new PersistentVolume(object).status();
        boolean told =
                is.hasLastPhaseTransitionTime()
                        && !is.lastPhaseTransitionTime().equals(was.lastPhaseTransitionTime());
        if (told) {
            return object;
        }
        if (!is.phase().equals(was.phase())) {
            return since(object, now);
        }
        return was.lastPhaseTransitionTime().map(time -> since(object, time)).orElse(object);
    }

    private static Struct since(Struct object, Instant time) {
        return object.withAt(
                time.truncatedTo(ChronoUnit.SECONDS), "status", "lastPhaseTransitionTime");
    }
}
