package dev.quilla.controller.lifecycle;

import dev.quilla.client.ApiRequest;
import dev.quilla.client.Transport;
import dev.quilla.controller.ServedKinds;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.ResourceType;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.meta.v1.PartialObjectMetadata;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What may be deleted, as the API says what it serves: built-in resources, custom ones, and those
 * of other servers alike. Thread-safe.
 */
final class Deletables {

    private static final String AGGREGATED =
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    /** What it takes to follow objects and to delete them. */
    private static final Set<String> FOLLOWED = Set.of("get", "list", "watch", "delete");

    private final Transport transport;
    private final ServedKinds served;

    Deletables(Transport transport) {
        this.transport = transport;
        this.served = new ServedKinds(transport);
    }

    /**
     * What a namespace may hold.
     *
     * @param collections in one version each
     * @param unknown the versions of groups of which nobody knows now what they hold
     */
    record Holdings(List<Collection> collections, List<String> unknown) {
        Holdings {
            collections = List.copyOf(collections);
            unknown = List.copyOf(unknown);
        }
    }

    /**
     * The objects of a resource in a namespace.
     *
     * @param name with its group behind a dot
     * @param path with a place for the namespace's name
     * @param whole whether they can be deleted all at once
     */
    record Collection(String name, String path, boolean whole) {}

    /** What namespaces may hold. */
    Holdings inNamespaces() {
        Map<String, Collection> found = new LinkedHashMap<>();
        List<String> unknown = new ArrayList<>();
        for (String root : List.of("/api", "/apis")) {
            for (Map<?, ?> group : maps(read(root).get("items"))) {
                String name = group.get("metadata") instanceof Map<?, ?> m ? text(m, "name") : "";
                for (Map<?, ?> version : maps(group.get("versions"))) {
                    String path = root + (name.isEmpty() ? "/" : "/" + name + "/");
                    path += text(version, "version");
                    if (text(version, "freshness").equals("Stale")) {
                        unknown.add(name + "/" + text(version, "version"));
                    }
                    for (Map<?, ?> resource : maps(version.get("resources"))) {
                        add(name, path, resource, found);
                    }
                }
            }
        }
        return new Holdings(List.copyOf(found.values()), unknown);
    }

    private static void add(
            String group, String path, Map<?, ?> resource, Map<String, Collection> found) {
        List<?> verbs = resource.get("verbs") instanceof List<?> list ? list : List.of();
        boolean whole = verbs.contains("deletecollection");
        if (text(resource, "scope").equals("Namespaced")
                && verbs.contains("list")
                && (whole || verbs.contains("delete"))) {
            String name = text(resource, "resource");
            String full = name + "." + group;
            found.putIfAbsent(full, new Collection(full, path + "/namespaces/%s/" + name, whole));
        }
    }

    /** The kinds of a group and version whose objects can be followed and deleted. */
    List<ResourceType<PartialObjectMetadata>> kinds(GroupVersion version) {
        return served.of(version).stream()
                .filter(kind -> kind.verbs().containsAll(FOLLOWED))
                .map(kind ->
                        ResourceType.metadataOf(
                                version.resource(kind.name()),
                                version.kind(kind.kind()),
                                kind.namespaced()))
                .toList();
    }

    private Map<String, @Nullable Object> read(String path) {
        return JsonTree.parseObject(
                transport
                        .call(ApiRequest.get(path).withAccept(AGGREGATED))
                        .orThrow()
                        .body()
                        .encoded()
                        .shared());
    }

    private static List<Map<?, ?>> maps(@Nullable Object list) {
        List<Map<?, ?>> maps = new ArrayList<>();
        if (list instanceof List<?> items) {
            for (Object item : items) {
                if (item instanceof Map<?, ?> map) {
                    maps.add(map);
                }
            }
        }
        return maps;
    }

    private static String text(Map<?, ?> map, String field) {
        return map.get(field) instanceof String text ? text : "";
    }
}
