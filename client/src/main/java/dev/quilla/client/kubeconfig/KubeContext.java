package dev.quilla.client.kubeconfig;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A user in a cluster.
 *
 * @param namespace used where none is named; empty for {@code default}
 */
public record KubeContext(String cluster, String user, String namespace) {

    static KubeContext read(Node node) {
        return new KubeContext(node.text("cluster"), node.text("user"), node.text("namespace"));
    }

    Map<String, Object> toTree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("cluster", cluster);
        tree.put("user", user);
        if (!namespace.isEmpty()) {
            tree.put("namespace", namespace);
        }
        return tree;
    }

    /** The namespace, which is never empty. */
    public String namespaceOrDefault() {
        return namespace.isEmpty() ? "default" : namespace;
    }
}
