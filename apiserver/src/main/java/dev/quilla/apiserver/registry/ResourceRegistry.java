package dev.quilla.apiserver.registry;

import dev.quilla.apiserver.kinds.KindBehaviour;
import dev.quilla.model.GroupResource;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.GroupVersionResource;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiGroup;
import dev.quilla.model.Schema.ApiResource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Which resources are served: the built-in ones, and those that users define. Thread-safe. */
public final class ResourceRegistry {

    private final Map<GroupVersionResource, ServedResource> resources = new LinkedHashMap<>();
    private final List<ApiGroup> groups;
    private final More more;

    /** Resources that come and go. */
    public interface More {

        /** There are none. */
        More NONE =
                new More() {
                    @Override
                    public Optional<ServedResource> find(GroupVersionResource gvr) {
                        return Optional.empty();
                    }

                    @Override
                    public List<ServedResource> all() {
                        return List.of();
                    }
                };

        /** A resource, if it is served. */
        Optional<ServedResource> find(GroupVersionResource gvr);

        /** A resource that is served, or would be but that its version is not. */
        default Optional<ServedResource> defined(GroupVersionResource gvr) {
            return find(gvr);
        }

        /** All that are served. */
        List<ServedResource> all();
    }

    /**
     * Serves a schema's resources.
     *
     * @param behaviours by group and resource; the others have none
     * @param more what is served besides
     */
    public ResourceRegistry(
            Schema schema, Map<GroupResource, KindBehaviour> behaviours, More more) {
        for (ApiResource type : schema.resources()) {
            KindBehaviour behaviour =
                    behaviours.getOrDefault(type.gvr().groupResource(), KindBehaviour.NONE);
            boolean converted = Conversions.isConverted(type.definition());
            resources.put(
                    type.gvr(),
                    new ServedResource(type, converted ? new ConvertedKind(behaviour) : behaviour));
        }
        this.groups = schema.groups();
        this.more = more;
    }

    /** A resource, if it is served. */
    public Optional<ServedResource> find(GroupVersionResource gvr) {
        ServedResource builtIn = resources.get(gvr);
        return builtIn == null ? more.find(gvr) : Optional.of(builtIn);
    }

    /** A resource that is served, or would be but that its version is not: objects may be so. */
    public Optional<ServedResource> defined(GroupVersionResource gvr) {
        ServedResource builtIn = resources.get(gvr);
        return builtIn == null ? more.defined(gvr) : Optional.of(builtIn);
    }

    /** The resource of a kind, if it is served. */
    public Optional<ServedResource> find(GroupVersionKind gvk) {
        return all().stream().filter(r -> r.gvk().equals(gvk)).findFirst();
    }

    /** The resource whose objects those are, if it is served. */
    public Optional<ServedResource> find(GroupResource resource) {
        return all().stream().filter(r -> r.groupResource().equals(resource)).findFirst();
    }

    /** The resources whose objects are the same ones, in other versions or another group. */
    public List<ServedResource> otherVersions(ServedResource resource) {
        GroupResource home = Keys.home(resource.groupResource());
        Collection<ServedResource> all =
                resource.type().definition().custom() ? more.all() : resources.values();
        return all.stream()
                .filter(r -> Keys.home(r.groupResource()).equals(home))
                .filter(r -> !r.type().gvr().equals(resource.type().gvr()))
                .toList();
    }

    /** All of them, in the order of discovery. */
    public Collection<ServedResource> all() {
        List<ServedResource> others = more.all();
        if (others.isEmpty()) {
            return resources.values();
        }
        List<ServedResource> all = new ArrayList<>(resources.values());
        others.stream().filter(r -> !resources.containsKey(r.type().gvr())).forEach(all::add);
        return all;
    }

    /** Groups with a version that is served; what users define comes last. */
    public List<ApiGroup> groups() {
        Map<String, Set<String>> others = new TreeMap<>();
        for (ServedResource served : more.all()) {
            others.computeIfAbsent(served.type().gvr().group(), g -> new LinkedHashSet<>())
                    .add(served.type().gvr().version());
        }
        if (others.isEmpty()) {
            return groups;
        }
        List<ApiGroup> all = new ArrayList<>();
        for (ApiGroup group : groups) {
            Set<String> added = others.remove(group.name());
            all.add(added == null ? group : with(group, added));
        }
        others.forEach((name, versions) -> {
            List<String> best = versions.stream().sorted(VersionOrder.BEST_FIRST).toList();
            all.add(new ApiGroup(name, best, best.getFirst()));
        });
        return all;
    }

    private static ApiGroup with(ApiGroup group, Set<String> added) {
        Set<String> versions = new LinkedHashSet<>(group.versions());
        added.stream().sorted(VersionOrder.BEST_FIRST).forEach(versions::add);
        return new ApiGroup(group.name(), List.copyOf(versions), group.preferred());
    }
}
