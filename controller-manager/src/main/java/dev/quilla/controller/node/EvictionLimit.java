package dev.quilla.controller.node;

import dev.quilla.model.core.v1.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;

/**
 * Whether pods are to leave a node that is not ready. When most nodes are lost at once the network
 * is the likelier cause, and moving all pods to the few that are left would do harm; when all are
 * lost there is nowhere to go. Thread-safe.
 */
final class EvictionLimit {

    /** Between nodes that begin to be emptied. */
    static final Duration PACE = Duration.ofSeconds(1);

    private static final int FEW = 2;
    private static final double MOST = 0.55;

    private Instant next = Instant.MIN;

    /** Whether so many nodes are lost that pods stay where they are. */
    static boolean isDisrupted(Collection<Node> nodes) {
        long lost = nodes.stream().filter(n -> !NodeTaints.isReady(n)).count();
        return lost == nodes.size() || (lost > FEW && lost >= MOST * nodes.size());
    }

    /** Takes the turn to empty a node; false while it is too soon after the last one. */
    synchronized boolean mayStart(Instant now) {
        if (now.isBefore(next)) {
            return false;
        }
        next = now.plus(PACE);
        return true;
    }
}
