package dev.quilla.client.kubeconfig;

import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where a cluster is.
 *
 * @param server the base address of its API
 * @param moreServers other masters, as good as the first; an extension that kubectl ignores
 * @param authority whom the cluster's certificates come from
 * @param insecure whether any certificate will do
 * @param tlsServerName the name that its certificate holds, where that is not the address
 */
public record KubeCluster(
        URI server,
        List<URI> moreServers,
        Material authority,
        boolean insecure,
        String tlsServerName) {

    private static final String EXTENSION = "quilla.dev/servers";

    public KubeCluster {
        moreServers = List.copyOf(moreServers);
    }

    /** A cluster of several masters, with its authority's certificate. */
    public static KubeCluster of(List<URI> servers, String authorityPem) {
        return new KubeCluster(
                servers.getFirst(),
                servers.subList(1, servers.size()),
                new Material.Embedded(authorityPem),
                false,
                "");
    }

    static KubeCluster read(Node node, Path directory) {
        return new KubeCluster(
                uri(node.text("server")),
                node.named("extensions", "extension").entrySet().stream()
                        .filter(e -> e.getKey().equals(EXTENSION))
                        .flatMap(e -> e.getValue().texts("servers").stream())
                        .map(KubeCluster::uri)
                        .toList(),
                Material.read(node, "certificate-authority", directory),
                node.flag("insecure-skip-tls-verify"),
                node.text("tls-server-name"));
    }

    private static URI uri(String text) {
        try {
            URI uri = URI.create(text);
            if (uri.getHost() != null
                    && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new KubeconfigException("\"" + text + "\" is not the address of a server");
    }

    Map<String, Object> toTree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        authority.write(tree, "certificate-authority");
        tree.put("server", server.toString());
        if (insecure) {
            tree.put("insecure-skip-tls-verify", true);
        }
        if (!tlsServerName.isEmpty()) {
            tree.put("tls-server-name", tlsServerName);
        }
        if (!moreServers.isEmpty()) {
            List<String> more = moreServers.stream().map(URI::toString).toList();
            tree.put(
                    "extensions",
                    List.of(Map.of("name", EXTENSION, "extension", Map.of("servers", more))));
        }
        return tree;
    }

    /** All masters, the one named first. */
    public List<URI> servers() {
        return Stream.concat(Stream.of(server), moreServers.stream()).distinct().toList();
    }
}
