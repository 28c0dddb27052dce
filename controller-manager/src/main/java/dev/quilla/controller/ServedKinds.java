package dev.quilla.controller;

import dev.quilla.client.ApiRequest;
import dev.quilla.client.Body;
import dev.quilla.client.Transport;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.codec.JsonTree;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the API serves of a version of a group, as it says itself: built-in kinds, custom ones, and
 * those of other servers alike. Thread-safe.
 */
public final class ServedKinds {

    private final Transport transport;

    /** Asks there. */
    public ServedKinds(Transport transport) {
        this.transport = transport;
    }

    /**
     * A resource.
     *
     * @param name in the plural, as paths have it
     * @param subresources their names
     */
    public record Served(
            String name,
            String kind,
            boolean namespaced,
            Set<String> verbs,
            Set<String> subresources) {
        public Served {
            verbs = Set.copyOf(verbs);
            subresources = Set.copyOf(subresources);
        }
    }

    /**
     * All of a version; none where it is not served.
     *
     * @throws dev.quilla.model.ApiException if its server can't say
     */
    public List<Served> of(GroupVersion version) {
        String path = (version.group().isEmpty() ? "/api/" : "/apis/") + version;
        var response = transport.call(ApiRequest.get(path).withAccept(Body.JSON));
        if (response.code() == 404) {
            return List.of();
        }
        Map<String, Map<?, ?>> resources = new LinkedHashMap<>();
        Map<String, Set<String>> parts = new LinkedHashMap<>();
        Object list =
                JsonTree.parseObject(response.orThrow().body().encoded().shared()).get("resources");
        for (Object item : list instanceof List<?> items ? items : List.of()) {
            if (item instanceof Map<?, ?> resource && resource.get("name") instanceof String name) {
                int slash = name.indexOf('/');
                if (slash < 0) {
                    resources.put(name, resource);
                } else {
                    parts.computeIfAbsent(name.substring(0, slash), n -> new HashSet<>())
                            .add(name.substring(slash + 1));
                }
            }
        }
        List<Served> served = new ArrayList<>();
        resources.forEach((name, resource) ->
                served.add(served(name, resource, parts.getOrDefault(name, Set.of()))));
        return served;
    }

    private static Served served(String name, Map<?, ?> resource, Set<String> parts) {
        Set<String> verbs = new HashSet<>();
        if (resource.get("verbs") instanceof List<?> list) {
            list.forEach(verb -> verbs.add(String.valueOf(verb)));
        }
        return new Served(
                name,
                resource.get("kind") instanceof String kind ? kind : "",
                Boolean.TRUE.equals(resource.get("namespaced")),
                verbs,
                parts);
    }

    /**
     * The resource of a kind, if it is served.
     *
     * @throws dev.quilla.model.ApiException if its server can't say
     */
    public Optional<Served> find(GroupVersion version, String kind) {
        return of(version).stream().filter(s -> s.kind().equals(kind)).findFirst();
    }
}
