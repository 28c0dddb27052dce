package dev.quilla.apiserver.aggregation;

import static java.util.stream.Collectors.joining;

import dev.quilla.apiserver.discovery.Discovery;
import dev.quilla.apiserver.discovery.OpenApi;
import dev.quilla.model.apiregistration.v1.APIService;
import dev.quilla.model.codec.JsonTree;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is served here and by other servers, as one. What is served here comes first. A version
 * whose server can't be asked is there without resources, and marked as stale. Thread-safe.
 */
public final class AggregatedDiscovery {

    private final Discovery own;
    private final OpenApi ownOpenApi;
    private final ApiServices services;
    private final RemoteDiscovery remote;

    /** Adds to what is served here what others serve. */
    public AggregatedDiscovery(
            Discovery own, OpenApi ownOpenApi, Aggregator aggregator, InstantSource clock) {
        this.own = own;
        this.ownOpenApi = ownOpenApi;
        this.services = aggregator.services();
        this.remote = new RemoteDiscovery(aggregator, clock);
    }

    /** A JSON tree for a discovery path; empty where there is none. */
    public Optional<Map<String, @Nullable Object>> at(String path, Discovery.Form form) {
        Optional<Map<String, @Nullable Object>> here = own.at(path, form);
        List<APIService> there = services.remote();
        if (there.isEmpty()) {
            return here;
        }
        if (path.equals("/apis")) {
            boolean aggregated = form == Discovery.Form.AGGREGATED;
            return here.map(tree ->
                    aggregated
                            ? merged(tree, "items", there, this::described)
                            : merged(tree, "groups", there, this::named));
        }
        if (!path.startsWith("/apis/") || path.indexOf('/', "/apis/".length()) >= 0) {
            return here;
        }
        String group = path.substring("/apis/".length());
        List<APIService> ofGroup =
                there.stream().filter(s -> s.spec().group().equals(group)).toList();
        if (ofGroup.isEmpty()) {
            return here;
        }
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("kind", "APIGroup");
        tree.put("apiVersion", "v1");
        tree.putAll(joined(here.orElse(Map.of()), ofGroup, this::named));
        return Optional.of(tree);
    }

    /** Lists the groups of others after those that are served here. */
    private static Map<String, @Nullable Object> merged(
            Map<String, @Nullable Object> tree,
            String field,
            List<APIService> there,
            Function<List<APIService>, Map<String, @Nullable Object>> group) {
        Map<String, List<APIService>> byGroup = new LinkedHashMap<>();
        there.forEach(
                s -> byGroup.computeIfAbsent(s.spec().group(), g -> new ArrayList<>()).add(s));
        List<Object> groups = new ArrayList<>();
        for (Object one : (List<?>) Objects.requireNonNull(tree.get(field))) {
            Map<String, @Nullable Object> known = fields(one);
            List<APIService> more = byGroup.remove(name(known));
            groups.add(more == null ? known : joined(known, more, group));
        }
        byGroup.values().forEach(services -> groups.add(group.apply(services)));
        Map<String, @Nullable Object> all = new LinkedHashMap<>(tree);
        all.put(field, groups);
        return all;
    }

    /** A group of which some versions are served here. */
    private static Map<String, @Nullable Object> joined(
            Map<String, @Nullable Object> here,
            List<APIService> there,
            Function<List<APIService>, Map<String, @Nullable Object>> group) {
        Map<String, @Nullable Object> others = group.apply(there);
        if (here.isEmpty()) {
            return others;
        }
        List<String> theirs = there.stream().map(s -> s.spec().version()).toList();
        List<Object> versions = new ArrayList<>();
        for (Object version : (List<?>) Objects.requireNonNull(here.get("versions"))) {
            if (!theirs.contains(fields(version).get("version"))) {
                versions.add(version);
            }
        }
        versions.addAll((List<?>) Objects.requireNonNull(others.get("versions")));
        Map<String, @Nullable Object> all = new LinkedHashMap<>(here);
        all.put("versions", versions);
        return all;
    }

    @SuppressWarnings("unchecked") // trees of discovery have texts as keys
    private static Map<String, @Nullable Object> fields(Object tree) {
        return (Map<String, @Nullable Object>) tree;
    }

    private static String name(Map<String, @Nullable Object> group) {
        Object name =
                group.get("metadata") instanceof Map<?, ?> metadata
                        ? metadata.get("name")
                        : group.get("name");
        return name instanceof String text ? text : "";
    }

    private Map<String, @Nullable Object> named(List<APIService> group) {
        List<Map<String, String>> versions =
                group.stream()
                        .map(s ->
                                Map.of(
                                        "groupVersion",
                                        s.spec().group() + "/" + s.spec().version(),
                                        "version",
                                        s.spec().version()))
                        .toList();
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("name", group.getFirst().spec().group());
        tree.put("versions", versions);
        tree.put("preferredVersion", versions.getFirst());
        return tree;
    }

    private Map<String, @Nullable Object> described(List<APIService> group) {
        List<Map<String, @Nullable Object>> versions = new ArrayList<>();
        for (APIService service : group) {
            var resources = remote.of(service).resources();
            Map<String, @Nullable Object> version = new LinkedHashMap<>();
            version.put("version", service.spec().version());
            resources.ifPresent(r -> version.put("resources", r));
            version.put("freshness", resources.isPresent() ? "Current" : "Stale");
            versions.add(version);
        }
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("metadata", Map.of("name", group.getFirst().spec().group()));
        tree.put("versions", versions);
        return tree;
    }

    /**
     * A document of OpenAPI: the one of version 2 describes what others serve too, and the index of
     * version 3 names their documents.
     */
    public Optional<OpenApi.Document> openApi(String path, String accept) {
        Optional<OpenApi.Document> here = ownOpenApi.at(path, accept);
        List<APIService> there = services.remote();
        if (path.equals(OpenApi.ROOT_V2)) {
            return here.map(document -> described(document, there));
        }
        if (!path.equals(OpenApi.ROOT) || there.isEmpty()) {
            return here;
        }
        return here.map(document -> {
            Map<String, @Nullable Object> index = JsonTree.parseObject(document.content().get());
            Map<String, @Nullable Object> paths =
                    new LinkedHashMap<>(fields(Objects.requireNonNull(index.get("paths"))));
            for (APIService service : there) {
                String url = remote.of(service).openApi();
                if (!url.isEmpty()) {
                    String version = service.spec().group() + "/" + service.spec().version();
                    paths.put("apis/" + version, Map.of("serverRelativeURL", url));
                }
            }
            index.put("paths", paths);
            return OpenApi.Document.of(document.type(), JsonTree.write(index));
        });
    }

    private OpenApi.Document described(OpenApi.Document own, List<APIService> there) {
        List<MergedSwagger.Part> parts =
                there.stream().flatMap(s -> remote.of(s).swagger().stream()).toList();
        String hashes = parts.stream().map(MergedSwagger.Part::hash).collect(joining());
        return parts.isEmpty()
                ? own
                : ownOpenApi.changed(own, hashes, tree -> MergedSwagger.of(tree, parts));
    }
}
