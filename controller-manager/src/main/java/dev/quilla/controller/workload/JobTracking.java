package dev.quilla.controller.workload;

import dev.quilla.client.ApiClient;
import dev.quilla.client.PatchType;
import dev.quilla.model.ApiException;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Pod;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * The finalizer that keeps a job's pod until it has been counted. Thread-safe.
 *
 * @param client to take it off
 */
record JobTracking(ApiClient client) {

    /** Each pod of a job carries it from the start. */
    static final String FINALIZER = "batch.kubernetes.io/job-tracking";

    /** Whether a pod waits to be counted. */
    static boolean isTracked(Pod pod) {
        return pod.metadata().finalizers().contains(FINALIZER);
    }

    /**
     * Takes the finalizer off pods, many at once.
     *
     * @param released told of each pod as it is then, or was in the end, by several threads
     * @return the uids of those that it was taken off; a pod that was gone already is not among
     *     them, as caches may still show it with its finalizer
     * @throws RuntimeException the first failure, after which no more are begun
     */
    Set<String> release(Collection<Pod> pods, Consumer<Pod> released) {
        Queue<Pod> tracked =
                new ConcurrentLinkedQueue<>(
                        pods.stream().filter(JobTracking::isTracked).distinct().toList());
        Set<String> done = ConcurrentHashMap.newKeySet();
        SlowStart.run(
                        tracked.size(),
                        () ->
                                patch(tracked.remove(), "")
                                        .ifPresent(pod -> {
                                            released.accept(pod);
                                            done.add(pod.uid());
                                        }))
                .ifPresent(failure -> {
                    throw failure;
                });
        return done;
    }

    /** Takes the finalizer off a pod, and a job from its owners: it is none of the job's. */
    void disown(Pod pod, String jobUid) {
        patch(
                pod,
                ",\"ownerReferences\":[{\"$patch\":\"delete\",\"uid\":\"%s\"}]".formatted(jobUid));
    }

    private Optional<Pod> patch(Pod pod, String more) {
        String patch =
                "{\"metadata\":{\"uid\":\"%s\",\"$deleteFromPrimitiveList/finalizers\":[\"%s\"]%s}}"
                        .formatted(pod.uid(), FINALIZER, more);
        try {
            return Optional.of(
                    client.resource(Resources.PODS)
                            .patch(
                                    pod.key(),
                                    PatchType.STRATEGIC,
                                    patch.getBytes(StandardCharsets.UTF_8)));
        } catch (ApiException e) {
            if (e.isNotFound() || e.isConflict()) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
