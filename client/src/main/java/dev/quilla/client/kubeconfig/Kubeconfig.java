package dev.quilla.client.kubeconfig;

import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.codec.YamlCodec;
import dev.quilla.pki.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A kubeconfig: clusters, users, and contexts that pair them. Immutable.
 *
 * @param currentContext the context used where none is named; may be empty
 */
public record Kubeconfig(
        Map<String, KubeCluster> clusters,
        Map<String, KubeUser> users,
        Map<String, KubeContext> contexts,
        String currentContext) {

    /** Knows nothing. */
    public static final Kubeconfig EMPTY = new Kubeconfig(Map.of(), Map.of(), Map.of(), "");

    public Kubeconfig {
        clusters = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(clusters));
        users = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(users));
        contexts = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(contexts));
    }

    /** One cluster, one user, and the context that joins them, which is the current one. */
    public static Kubeconfig of(String name, KubeCluster cluster, String userName, KubeUser user) {
        String context = userName + "@" + name;
        return new Kubeconfig(
                Map.of(name, cluster),
                Map.of(userName, user),
                Map.of(context, new KubeContext(name, userName, "")),
                context);
    }

    /**
     * Reads a file. Relative file names in it count from its directory.
     *
     * @throws KubeconfigException if it is no kubeconfig; says what is wrong
     */
    public static Kubeconfig load(Path file) throws IOException {
        try {
            Path directory = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
            return parse(Files.readString(file), directory);
        } catch (KubeconfigException e) {
            throw new KubeconfigException(file + ": " + e.getMessage());
        }
    }

    /** Reads a text; relative file names in it count from a directory. */
    public static Kubeconfig parse(String yaml, Path directory) {
        List<Map<String, @Nullable Object>> documents;
        try {
            documents = YamlCodec.readAll(yaml);
        } catch (DecodeException e) {
            throw new KubeconfigException(String.valueOf(e.getMessage()));
        }
        if (documents.isEmpty()) {
            return EMPTY;
        }
        Node root = new Node(documents.getFirst());
        Map<String, KubeCluster> clusters = new LinkedHashMap<>();
        Map<String, KubeUser> users = new LinkedHashMap<>();
        Map<String, KubeContext> contexts = new LinkedHashMap<>();
        root.named("clusters", "cluster")
                .forEach((name, node) -> clusters.put(name, KubeCluster.read(node, directory)));
        root.named("users", "user")
                .forEach((name, node) -> users.put(name, KubeUser.read(node, directory)));
        root.named("contexts", "context")
                .forEach((name, node) -> contexts.put(name, KubeContext.read(node)));
        return new Kubeconfig(clusters, users, contexts, root.text("current-context"));
    }

    /** Writes a file that only its owner may read. */
    public void save(Path file) throws IOException {
        PrivateFiles.writeSecret(file, toYaml().getBytes(StandardCharsets.UTF_8));
    }

    /** As YAML. */
    public String toYaml() {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("apiVersion", "v1");
        root.put("kind", "Config");
        root.put("clusters", list("cluster", clusters, KubeCluster::toTree));
        root.put("users", list("user", users, KubeUser::toTree));
        root.put("contexts", list("context", contexts, KubeContext::toTree));
        root.put("current-context", currentContext);
        root.put("preferences", Map.of());
        return YamlCodec.write(root);
    }

    private static <T> List<Object> list(
            String field,
            Map<String, T> entries,
            java.util.function.Function<T, Map<String, Object>> tree) {
        List<Object> list = new ArrayList<>();
        entries.forEach((name, entry) -> {
            Map<String, Object> item = new LinkedHashMap<>();
            item.put("name", name);
            item.put(field, tree.apply(entry));
            list.add(item);
        });
        return list;
    }

    /**
     * The current context: where to go and who to be.
     *
     * @throws KubeconfigException if there is none, or it names what isn't there
     */
    public Access access() {
        if (currentContext.isEmpty()) {
            throw new KubeconfigException("no current context is set");
        }
        return access(currentContext);
    }

    /** A context: where to go and who to be. */
    public Access access(String contextName) {
        KubeContext context = find(contexts, "context", contextName);
        KubeUser user =
                context.user().isEmpty() ? KubeUser.NOBODY : find(users, "user", context.user());
        return new Access(
                find(clusters, "cluster", context.cluster()), user, context.namespaceOrDefault());
    }

    private static <T> T find(Map<String, T> entries, String kind, String name) {
        T entry = entries.get(name);
        if (entry == null) {
            throw new KubeconfigException("there is no " + kind + " \"" + name + "\"");
        }
        return entry;
    }

    /** This and what another one knows besides; for several files in one variable. */
    public Kubeconfig merge(Kubeconfig other) {
        return new Kubeconfig(
                union(clusters, other.clusters),
                union(users, other.users),
                union(contexts, other.contexts),
                currentContext.isEmpty() ? other.currentContext : currentContext);
    }

    private static <T> Map<String, T> union(Map<String, T> first, Map<String, T> second) {
        Map<String, T> all = new LinkedHashMap<>(first);
        second.forEach(all::putIfAbsent);
        return all;
    }

    /** The same with another current context. */
    public Kubeconfig withCurrentContext(String name) {
        return new Kubeconfig(clusters, users, contexts, name);
    }
}
