package dev.quilla.kubelet.pods;

import dev.quilla.client.EventRecorder;
import dev.quilla.client.EventType;
import dev.quilla.kubelet.volumes.PodVolumes;
import dev.quilla.kubelet.volumes.VolumeException;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.meta.v1.ObjectMeta;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** When one pod's volumes are set up, tried again and brought up to date. One thread uses it. */
final class VolumeKeeper {

    private static final Duration REFRESH = Duration.ofSeconds(30);
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration MAX = Duration.ofSeconds(30);
    private static final int DOUBLINGS_MAX = 6;

    private final PodVolumes volumes;
    private final EventRecorder events;
    private final InstantSource clock;
    private int failures;
    private Instant again = Instant.MIN;
    private Map<String, String> labels = Map.of();
    private Map<String, String> annotations = Map.of();

    VolumeKeeper(PodVolumes volumes, EventRecorder events, InstantSource clock) {
        this.volumes = volumes;
        this.events = events;
        this.clock = clock;
    }

    /** Sets up what containers need to start; answers how long to wait where that failed. */
    Optional<Duration> prepare(Pod pod) {
        if (failures > 0 && clock.instant().isBefore(again)) {
            return Optional.of(Duration.between(clock.instant(), again));
        }
        return attempt(pod, () -> volumes.prepare(pod));
    }

    /** Brings the volumes of running containers up to date, when it is time or the pod changed. */
    void refresh(Pod pod) {
        boolean changed = failures == 0 && isChanged(pod.metadata());
        if (changed || !clock.instant().isBefore(again)) {
            attempt(pod, () -> volumes.refresh(pod));
        }
    }

    private boolean isChanged(ObjectMeta metadata) {
        return !metadata.labels().equals(labels) || !metadata.annotations().equals(annotations);
    }

    private interface Step {
        void run() throws VolumeException;
    }

    private Optional<Duration> attempt(Pod pod, Step step) {
        try {
            step.run();
            failures = 0;
            again = clock.instant().plus(REFRESH);
            labels = pod.metadata().labels();
            annotations = pod.metadata().annotations();
            return Optional.empty();
        } catch (VolumeException e) {
            events.record(pod, EventType.WARNING, "FailedMount", e.getMessage());
            Duration pause = FIRST.multipliedBy(1L << Math.min(failures++, DOUBLINGS_MAX));
            pause = pause.compareTo(MAX) < 0 ? pause : MAX;
            again = clock.instant().plus(pause);
            return Optional.of(pause);
        }
    }

    /** What to say of a volume that outgrew its limit. */
    Optional<String> excess(Pod pod) throws IOException {
        try {
            return volumes.excess(pod);
        } catch (VolumeException _) {
            // It was never set up, so nothing is in it.
            return Optional.empty();
        }
    }
}
