package dev.quilla.scheduler;

import dev.quilla.model.core.v1.Node;
import dev.quilla.plugin.Amounts;
import dev.quilla.plugin.NodeView;
import dev.quilla.plugin.PodView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A node with its pods; immutable.
 *
 * @param node the object
 * @param allocatable what it offers
 * @param requested what its pods reserve
 * @param pods its pods, those assumed included
 */
record NodeInfo(Node node, Amounts allocatable, Amounts requested, List<PodView> pods)
        implements NodeView {

    NodeInfo {
        pods = List.copyOf(pods);
    }

    static NodeInfo of(Node node, List<? extends PodView> pods) {
        Amounts requested = Amounts.NONE;
        for (PodView pod : pods) {
            requested = requested.plus(pod.requests());
        }
        return new NodeInfo(
                node,
                PodRequests.amounts(node.status().allocatable()),
                requested,
                List.copyOf(pods));
    }

    NodeInfo with(PodView pod) {
        List<PodView> more = new ArrayList<>(pods);
        more.add(pod);
        return new NodeInfo(node, allocatable, requested.plus(pod.requests()), more);
    }

    /** This node without some of its pods, by uid. */
    NodeInfo without(Set<String> uids) {
        Amounts left = requested;
        List<PodView> staying = new ArrayList<>(pods.size());
        for (PodView pod : pods) {
            if (uids.contains(pod.pod().uid())) {
                left = left.minus(pod.requests());
            } else {
                staying.add(pod);
            }
        }
        return new NodeInfo(node, allocatable, left, staying);
    }

    NodeInfo with(Node changed) {
        return new NodeInfo(
                changed, PodRequests.amounts(changed.status().allocatable()), requested, pods);
    }
}
