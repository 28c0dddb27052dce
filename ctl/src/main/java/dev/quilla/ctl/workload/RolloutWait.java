package dev.quilla.ctl.workload;

import dev.quilla.client.ApiRequest;
import dev.quilla.client.WatchEndedException;
import dev.quilla.client.WatchEvent;
import dev.quilla.client.WatchStream;
import dev.quilla.ctl.cluster.Cluster;
import dev.quilla.ctl.cluster.Target;
import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.CommandException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;

/** Waits until a rollout is through, and tells of its progress. */
final class RolloutWait {

    private static final Duration FOR_EVER = Duration.ofDays(365);

    private final Cluster cluster;
    private final Target target;
    private final PrintStream out;
    private String said = "";

    RolloutWait(Cluster cluster, Target target, PrintStream out) {
        this.cluster = cluster;
        this.target = target;
        this.out = out;
    }

    /**
     * Waits.
     *
     * @param timeout zero for ever
     * @throws CommandException if it failed, or takes longer
     */
    void await(boolean watch, Duration timeout) {
        long deadline = System.nanoTime() + (timeout.isZero() ? FOR_EVER : timeout).toNanos();
        while (true) {
            Tree workload = cluster.get(path());
            if (tell(RolloutProgress.of(workload)) || !watch) {
                return;
            }
            try (WatchStream changes = changes(workload)) {
                if (follow(changes, deadline)) {
                    return;
                }
            } catch (WatchEndedException e) {
                // Watches end now and then: look again.
                continue;
            }
        }
    }

    private boolean follow(WatchStream changes, long deadline) {
        while (true) {
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            Optional<WatchEvent> event = left.isPositive() ? changes.next(left) : Optional.empty();
            if (event.isEmpty()) {
                throw new CommandException(
                        "the rollout of %s takes longer than --timeout".formatted(target.label()));
            }
            if (event.get().type() == WatchEvent.Type.DELETED) {
                throw new CommandException(target.label() + " was deleted");
            }
            Tree now = Tree.parse(event.get().object().encoded().shared());
            if (tell(RolloutProgress.of(now))) {
                return true;
            }
        }
    }

    private boolean tell(RolloutProgress progress) {
        if (progress.state() == RolloutProgress.State.FAILED) {
            throw new CommandException(progress.message());
        }
        if (!progress.message().equals(said)) {
            out.println(progress.message());
            out.flush();
            said = progress.message();
        }
        return progress.state() == RolloutProgress.State.DONE;
    }

    private WatchStream changes(Tree workload) {
        return cluster.watch(
                ApiRequest.get(target.resource().path(cluster.namespace()))
                        .withQuery("fieldSelector", "metadata.name=" + target.name())
                        .withQuery(
                                "resourceVersion", workload.text("metadata", "resourceVersion")));
    }

    private String path() {
        return target.resource().path(cluster.namespace(), target.name());
    }
}
