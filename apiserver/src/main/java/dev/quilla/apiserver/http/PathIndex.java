package dev.quilla.apiserver.http;

import dev.quilla.apiserver.aggregation.AggregatedDiscovery;
import dev.quilla.apiserver.discovery.Discovery;
import dev.quilla.apiserver.discovery.IssuerDocuments;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The paths that are served, as {@code GET /} tells them. Thread-safe. */
final class PathIndex {

    private static final List<String> ALWAYS =
            List.of(
                    IssuerDocuments.CONFIGURATION,
                    IssuerDocuments.KEYS,
                    "/api",
                    "/api/v1",
                    "/apis",
                    "/metrics",
                    "/metrics/slis",
                    "/openapi/v2",
                    "/openapi/v3",
                    "/statusz",
                    "/version");

    private final AggregatedDiscovery discovery;
    private final HealthPaths health;

    PathIndex(AggregatedDiscovery discovery, HealthPaths health) {
        this.discovery = discovery;
        this.health = health;
    }

    /** All of them, in the order of the alphabet. */
    List<String> paths() {
        Set<String> paths = new TreeSet<>(ALWAYS);
        paths.addAll(health.paths());
        discovery
                .at("/apis", Discovery.Form.PLAIN)
                .ifPresent(all -> {
                    for (Object group : list(all, "groups")) {
                        paths.add("/apis/" + text(group, "name"));
                        for (Object version : list(group, "versions")) {
                            paths.add("/apis/" + text(version, "groupVersion"));
                        }
                    }
                });
        return List.copyOf(paths);
    }

    private static List<?> list(Object tree, String field) {
        return tree instanceof Map<?, ?> map && map.get(field) instanceof List<?> list
                ? list
                : List.of();
    }

    private static String text(Object tree, String field) {
        return tree instanceof Map<?, ?> map ? String.valueOf(map.get(field)) : "";
    }
}
