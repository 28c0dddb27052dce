package dev.quilla.ctl.manifest;

import dev.quilla.client.ApiRequest;
import dev.quilla.client.WatchEndedException;
import dev.quilla.client.WatchEvent;
import dev.quilla.client.WatchStream;
import dev.quilla.ctl.cluster.Cluster;
import dev.quilla.ctl.cluster.Resource;
import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.CommandException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An object that was asked to go.
 *
 * @param uid which one; empty where the server didn't say
 */
record Gone(Resource resource, String namespace, String name, String uid) {

    private static final Duration FOR_EVER = Duration.ofDays(365);
    private static final Duration LOOK = Duration.ofSeconds(5);

    /**
     * Waits until all are gone.
     *
     * @param timeout zero for ever
     * @throws CommandException if one is still there after that time
     */
    static void await(Cluster cluster, List<Gone> all, Duration timeout) {
        long nanos = (timeout.isZero() ? FOR_EVER : timeout).toNanos();
        long deadline = System.nanoTime() + nanos;
        all.forEach(gone -> gone.await(cluster, deadline));
    }

    private void await(Cluster cluster, long deadline) {
        Optional<Tree> left = left(cluster);
        while (left.isPresent()) {
            if (System.nanoTime() - deadline >= 0) {
                throw new CommandException(
                        "%s/%s is still there: finalizers %s or its node keep it; look with quilla describe"
                                .formatted(
                                        resource.singularWithGroup(),
                                        name,
                                        left.get().list("metadata", "finalizers")));
            }
            watch(cluster, left.get().text("metadata", "resourceVersion"), deadline);
            left = left(cluster);
        }
    }

    private Optional<Tree> left(Cluster cluster) {
        return cluster.find(resource.path(namespace, name))
                .filter(o -> uid.isEmpty() || o.text("metadata", "uid").equals(uid));
    }

    /** Waits for the object's end, but not for too long: the watch is only what makes it quick. */
    private void watch(Cluster cluster, String revision, long deadline) {
        ApiRequest request =
                ApiRequest.get(resource.path(namespace))
                        .withQuery("fieldSelector", "metadata.name=" + name)
                        .withQuery("resourceVersion", revision);
        try (WatchStream watch = cluster.watch(request)) {
            Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
            Duration atMost = left.compareTo(LOOK) < 0 ? left : LOOK;
            Optional<WatchEvent> event = watch.next(atMost);
            while (event.isPresent() && event.get().type() != WatchEvent.Type.DELETED) {
                event = watch.next(atMost);
            }
        } catch (WatchEndedException e) {
            // Whether it is gone is asked for again anyway.
            return;
        }
    }
}
