package dev.quilla.apiserver.kinds;

import dev.quilla.model.core.v1.NodeSelectorTerm;
import dev.quilla.model.validation.Names;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Labels of nodes that have another name by now, wherever nodes are chosen by them. */
final class NodeLabelWarnings {

    private static final Map<String, String> OLD =
            Map.of(
                    "beta.kubernetes.io/arch",
                    "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
                    "beta.kubernetes.io/os",
                    "deprecated since v1.14; use \"kubernetes.io/os\" instead",
                    "failure-domain.beta.kubernetes.io/region",
                    "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
                    "failure-domain.beta.kubernetes.io/zone",
                    "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
                    "beta.kubernetes.io/instance-type",
                    "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
                    "app.kubernetes.io/created-by",
                    "deprecated since v1.9",
                    "scheduler.alpha.kubernetes.io/preferAvoidPods",
                    "deprecated since v1.22; use Taints and Tolerations instead",
                    "node-role.kubernetes.io/master",
                    "use \"node-role.kubernetes.io/control-plane\" instead");

    private NodeLabelWarnings() {}

    /** What is told of a label. */
    static Optional<String> of(String label) {
        return Optional.ofNullable(OLD.get(label));
    }

    /** Labels that stand for themselves, such as a node selector's. */
    static void keys(Map<String, String> labels, String at, Consumer<String> tell) {
        labels.keySet()
                .forEach(key ->
                        of(key).ifPresent(text -> tell.accept(at + "[" + key + "]: " + text)));
    }

    /** A label that is named by a field. */
    static void named(String label, String at, Consumer<String> tell) {
        of(label).ifPresent(text -> tell.accept(at + ": " + label + " is " + text));
    }

    /**
     * Terms of an affinity.
     *
     * @param values whether their values are looked at too: where a term only prefers, one that no
     *     label can have is no error
     */
    static void terms(
            List<NodeSelectorTerm> terms, boolean values, String at, Consumer<String> tell) {
        for (int i = 0; i < terms.size(); i++) {
            term(terms.get(i), values, at + "[" + i + "]", tell);
        }
    }

    /** One term of an affinity. */
    static void term(NodeSelectorTerm term, boolean values, String at, Consumer<String> tell) {
        for (int i = 0; i < term.matchExpressions().size(); i++) {
            var expression = term.matchExpressions().get(i);
            String place = at + ".matchExpressions[" + i + "]";
            named(expression.key(), place + ".key", tell);
            for (int j = 0; values && j < expression.values().size(); j++) {
                String value = expression.values().get(j);
                String here = place + ".values[" + j + "]";
                Names.labelValue(value)
                        .ifPresent(p -> tell.accept(here + ": " + value + " is invalid, " + p));
            }
        }
    }
}
