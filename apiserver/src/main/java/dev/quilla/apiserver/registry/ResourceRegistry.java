package dev.quilla.apiserver.registry;

import dev.quilla.apiserver.kinds.KindBehaviour;
import dev.quilla.model.GroupResource;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.GroupVersionResource;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiGroup;
import dev.quilla.model.Schema.ApiResource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which resources are served. Immutable. */
public final class ResourceRegistry {

    private final Map<GroupVersionResource, ServedResource> resources = new LinkedHashMap<>();
    private final List<ApiGroup> groups;

    /**
     * Serves a schema's resources.
     *
     * @param behaviours by group and resource; the others have none
     * @param left versions that are not served
     */
    public ResourceRegistry(
            Schema schema,
            Map<GroupResource, KindBehaviour> behaviours,
            Set<GroupVersionResource> left) {
        for (ApiResource type : schema.resources()) {
            if (!left.contains(type.gvr())) {
                KindBehaviour behaviour =
                        behaviours.getOrDefault(type.gvr().groupResource(), KindBehaviour.NONE);
                resources.put(type.gvr(), new ServedResource(type, behaviour));
            }
        }
        this.groups =
                schema.groups().stream()
                        .map(this::served)
                        .filter(g -> !g.versions().isEmpty())
                        .toList();
    }

    private ApiGroup served(ApiGroup group) {
        List<String> versions =
                group.versions().stream()
                        .filter(v ->
                                resources.keySet().stream()
                                        .anyMatch(r ->
                                                r.group().equals(group.name())
                                                        && r.version().equals(v)))
                        .toList();
        return new ApiGroup(group.name(), versions, group.preferred());
    }

    /** A resource, if it is served. */
    public Optional<ServedResource> find(GroupVersionResource gvr) {
        return Optional.ofNullable(resources.get(gvr));
    }

    /** The resource of a kind, if it is served. */
    public Optional<ServedResource> find(GroupVersionKind gvk) {
        return resources.values().stream().filter(r -> r.gvk().equals(gvk)).findFirst();
    }

    /** The resource whose objects those are, if it is served. */
    public Optional<ServedResource> find(GroupResource resource) {
        return resources.values().stream()
                .filter(r -> r.groupResource().equals(resource))
                .findFirst();
    }

    /** All of them, in the order of discovery. */
    public Collection<ServedResource> all() {
        return resources.values();
    }

    /** Groups with a version that is served. */
    public List<ApiGroup> groups() {
        return groups;
    }
}
