package dev.quilla.model.selector;

import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.NodeAffinity;
import dev.quilla.model.core.v1.NodeSelectorRequirement;
import dev.quilla.model.core.v1.NodeSelectorTerm;
import dev.quilla.model.core.v1.PodSpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Node selector terms: requirements in a term are joined by "and", terms by "or". */
public final class NodeTerms {

    private NodeTerms() {}

    /** Whether one of the terms matches a node. */
    public static boolean matchesAny(List<NodeSelectorTerm> terms, Node node) {
        return terms.stream().anyMatch(t -> matches(t, node));
    }

    /** An empty term matches nothing. */
    public static boolean matches(NodeSelectorTerm term, Node node) {
        if (term.matchExpressions().isEmpty() && term.matchFields().isEmpty()) {
            return false;
        }
        Map<String, String> labels = node.metadata().labels();
        return term.matchExpressions().stream().allMatch(r -> holds(r, labels.get(r.key())))
                && term.matchFields().stream().allMatch(r -> holds(r, field(r.key(), node)));
    }

    /** Whether selector and required affinity of a pod allow a node. */
    public static boolean allow(PodSpec pod, Node node) {
        if (!node.metadata().labels().entrySet().containsAll(pod.nodeSelector().entrySet())) {
            return false;
        }
        NodeAffinity affinity = pod.affinity().nodeAffinity();
        return !affinity.hasRequiredDuringSchedulingIgnoredDuringExecution()
                || matchesAny(
                        affinity.requiredDuringSchedulingIgnoredDuringExecution()
                                .nodeSelectorTerms(),
                        node);
    }

    private static @Nullable String field(String key, Node node) {
        return key.equals("metadata.name") ? node.name() : null;
    }

    private static boolean holds(NodeSelectorRequirement requirement, @Nullable String value) {
        return switch (requirement.operator()) {
            case "In" -> value != null && requirement.values().contains(value);
            case "NotIn" -> value == null || !requirement.values().contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            case "Gt" -> compares(requirement, value, 1);
            case "Lt" -> compares(requirement, value, -1);
            default -> false;
        };
    }

    private static boolean compares(
            NodeSelectorRequirement requirement, @Nullable String value, int sign) {
        if (value == null || requirement.values().size() != 1) {
            return false;
        }
        try {
            long bound = Long.parseLong(requirement.values().getFirst());
            return Integer.signum(Long.compare(Long.parseLong(value), bound)) == sign;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
