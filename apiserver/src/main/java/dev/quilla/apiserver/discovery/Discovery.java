package dev.quilla.apiserver.discovery;

import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.Schema.ApiGroup;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Schema.Subresource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which groups, versions and resources there are; in the old form and the aggregated one. */
public final class Discovery {

    /** How it is told. */
    public enum Form {
        /** Groups, and each version's resources at a path of their own. */
        PLAIN,
        /** Groups with their versions and all resources, at the roots. */
        AGGREGATED
    }

    private final ResourceRegistry registry;

    /** Describes a registry. */
    public Discovery(ResourceRegistry registry) {
        this.registry = registry;
    }

    /** A JSON tree for a discovery path; empty where there is none. */
    public Optional<Map<String, @Nullable Object>> at(String given, Form form) {
        // With a slash at the end a path says the same.
        String path = given.endsWith("/") ? given.substring(0, given.length() - 1) : given;
        boolean aggregated = form == Form.AGGREGATED;
        return switch (path) {
            case "/api" ->
                    Optional.of(
                            aggregated ? aggregated(g -> g.name().isEmpty()) : legacyVersions());
            case "/apis" ->
                    Optional.of(aggregated ? aggregated(g -> !g.name().isEmpty()) : groupList());
            default -> {
                if (path.startsWith("/api/")) {
                    yield resourceList(GroupVersion.parse(path.substring("/api/".length())));
                }
                if (!path.startsWith("/apis/")) {
                    yield Optional.empty();
                }
                String rest = path.substring("/apis/".length());
                yield rest.contains("/")
                        ? resourceList(GroupVersion.parse(rest))
                        : registry.groups().stream()
                                .filter(g -> g.name().equals(rest) && !rest.isEmpty())
                                .findFirst()
                                .map(g -> typed("APIGroup", "v1", group(g)));
            }
        };
    }

    private static Map<String, @Nullable Object> legacyVersions() {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("versions", List.of("v1"));
        body.put("serverAddressByClientCIDRs", List.of());
        return typed("APIVersions", "", body);
    }

    private Map<String, @Nullable Object> groupList() {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put(
                "groups",
                registry.groups().stream()
                        .filter(g -> !g.name().isEmpty())
                        .map(Discovery::group)
                        .toList());
        return typed("APIGroupList", "v1", body);
    }

    private static Map<String, @Nullable Object> group(ApiGroup group) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("name", group.name());
        body.put(
                "versions",
                group.versions().stream().map(v -> groupVersion(group.name(), v)).toList());
        body.put("preferredVersion", groupVersion(group.name(), group.preferred()));
        return body;
    }

    private static Map<String, @Nullable Object> groupVersion(String group, String version) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("groupVersion", new GroupVersion(group, version).toString());
        map.put("version", version);
        return map;
    }

    private List<ServedResource> in(GroupVersion version) {
        return registry.all().stream()
                .filter(r -> r.type().gvr().groupVersion().equals(version))
                .toList();
    }

    private Optional<Map<String, @Nullable Object>> resourceList(GroupVersion version) {
        List<Map<String, @Nullable Object>> list = new ArrayList<>();
        for (ServedResource served : in(version)) {
            ApiResource type = served.type();
            Map<String, @Nullable Object> entry = new LinkedHashMap<>();
            entry.put("name", type.gvr().resource());
            entry.put("singularName", type.singular());
            entry.put("namespaced", type.namespaced());
            entry.put("kind", type.gvk().kind());
            entry.put("verbs", type.verbs());
            if (!type.shortNames().isEmpty()) {
                entry.put("shortNames", type.shortNames());
            }
            if (!type.categories().isEmpty()) {
                entry.put("categories", type.categories());
            }
            if (!type.storageHash().isEmpty()) {
                entry.put("storageVersionHash", type.storageHash());
            }
            list.add(entry);
            for (Subresource sub : type.subresources()) {
                Map<String, @Nullable Object> part = new LinkedHashMap<>();
                part.put("name", type.gvr().resource() + "/" + sub.name());
                part.put("singularName", "");
                part.put("namespaced", type.namespaced());
                if (!sub.gvk().groupVersion().equals(version)) {
                    part.put("group", sub.gvk().group());
                    part.put("version", sub.gvk().version());
                }
                part.put("kind", sub.gvk().kind());
                part.put("verbs", sub.verbs());
                list.add(part);
            }
        }
        if (list.isEmpty()) {
            return Optional.empty();
        }
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("groupVersion", version.toString());
        body.put("resources", list);
        return Optional.of(typed("APIResourceList", "v1", body));
    }

    private Map<String, @Nullable Object> aggregated(
            java.util.function.Predicate<ApiGroup> wanted) {
        List<Map<String, @Nullable Object>> items = new ArrayList<>();
        Map<GroupVersion, List<ServedResource>> all =
                registry.all().stream()
                        .collect(Collectors.groupingBy(r -> r.type().gvr().groupVersion()));
        for (ApiGroup group : registry.groups()) {
            if (!wanted.test(group)) {
                continue;
            }
            Map<String, @Nullable Object> item = new LinkedHashMap<>();
            Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
            if (!group.name().isEmpty()) {
                metadata.put("name", group.name());
            }
            item.put("metadata", metadata);
            item.put(
                    "versions",
                    group.versions().stream()
                            .map(v -> new GroupVersion(group.name(), v))
                            .map(v -> aggregatedVersion(v, all.getOrDefault(v, List.of())))
                            .toList());
            items.add(item);
        }
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("metadata", Map.of());
        body.put("items", items);
        return typed("APIGroupDiscoveryList", "apidiscovery.k8s.io/v2", body);
    }

    private static Map<String, @Nullable Object> aggregatedVersion(
            GroupVersion version, List<ServedResource> all) {
        List<Map<String, @Nullable Object>> resources = new ArrayList<>();
        for (ServedResource served : all) {
            ApiResource type = served.type();
            Map<String, @Nullable Object> entry = new LinkedHashMap<>();
            entry.put("resource", type.gvr().resource());
            entry.put("responseKind", kind(type.gvk()));
            entry.put("scope", type.namespaced() ? "Namespaced" : "Cluster");
            entry.put("singularResource", type.singular());
            entry.put("verbs", type.verbs());
            if (!type.shortNames().isEmpty()) {
                entry.put("shortNames", type.shortNames());
            }
            if (!type.categories().isEmpty()) {
                entry.put("categories", type.categories());
            }
            if (!type.subresources().isEmpty()) {
                entry.put(
                        "subresources",
                        type.subresources().stream()
                                .map(s -> {
                                    Map<String, @Nullable Object> sub = new LinkedHashMap<>();
                                    sub.put("subresource", s.name());
                                    sub.put("responseKind", kind(s.gvk()));
                                    sub.put("verbs", s.verbs());
                                    return sub;
                                })
                                .toList());
            }
            resources.add(entry);
        }
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("version", version.version());
        map.put("resources", resources);
        map.put("freshness", "Current");
        return map;
    }

    private static Map<String, @Nullable Object> kind(GroupVersionKind gvk) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("group", gvk.group());
        map.put("version", gvk.version());
        map.put("kind", gvk.kind());
        return map;
    }

    private static Map<String, @Nullable Object> typed(
            String kind, String version, Map<String, @Nullable Object> body) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("kind", kind);
        map.put("apiVersion", version.isEmpty() ? "v1" : version);
        map.putAll(body);
        return map;
    }
}
