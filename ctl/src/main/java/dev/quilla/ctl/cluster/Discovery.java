package dev.quilla.ctl.cluster;

import dev.quilla.client.ApiRequest;
import dev.quilla.ctl.failure.CommandException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What the server offers. The core group is asked first, and the rest only where a name isn't in
 * it: {@code get pods} costs one short call. For one thread.
 */
public final class Discovery {

    private static final String AGGREGATED =
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    private final Function<ApiRequest, Tree> call;
    private Optional<List<Resource>> core = Optional.empty();
    private Optional<List<Resource>> others = Optional.empty();

    /** Asks through this function. */
    Discovery(Function<ApiRequest, Tree> call) {
        this.call = call;
    }

    /**
     * The resource that people call so.
     *
     * @throws CommandException if there is none; says how to see what there is
     */
    public Resource find(String word) {
        return first(r -> r.isCalled(word))
                .orElseThrow(() ->
                        new CommandException(
                                "the server knows no resource \"%s\": see quilla api-resources"
                                        .formatted(word)));
    }

    /**
     * The resource of a manifest's kind.
     *
     * @throws CommandException if there is none
     */
    public Resource find(String apiVersion, String kind) {
        return first(r -> r.kind().equals(kind) && r.apiVersion().equals(apiVersion))
                .orElseThrow(() ->
                        new CommandException(
                                "the server knows no kind \"%s\" in %s: install its definition first, or see quilla api-resources"
                                        .formatted(kind, apiVersion)));
    }

    /** The resources of a category, such as {@code all}. */
    public List<Resource> category(String name) {
        return all().filter(r -> r.categories().contains(name)).toList();
    }

    /** All resources, those of the core group first, each in the version that is preferred. */
    public Stream<Resource> all() {
        Map<String, Resource> preferred = new LinkedHashMap<>();
        // Servers name a group's versions in their order.
        Stream.concat(core().stream(), others().stream())
                .forEach(r -> preferred.putIfAbsent(r.pluralWithGroup(), r));
        return preferred.values().stream();
    }

    private Optional<Resource> first(Predicate<Resource> wanted) {
        Optional<Resource> found = core().stream().filter(wanted).findFirst();
        if (found.isPresent()) {
            return found;
        }
        boolean known = others.isPresent();
        found = others().stream().filter(wanted).findFirst();
        if (found.isEmpty() && known) {
            // An earlier manifest of the same file may have defined it.
            others = Optional.empty();
            found = others().stream().filter(wanted).findFirst();
        }
        return found;
    }

    private List<Resource> core() {
        List<Resource> known = core.orElseGet(() -> read("/api"));
        core = Optional.of(known);
        return known;
    }

    private List<Resource> others() {
        List<Resource> known = others.orElseGet(() -> read("/apis"));
        others = Optional.of(known);
        return known;
    }

    private List<Resource> read(String path) {
        Tree document = call.apply(ApiRequest.get(path).withAccept(AGGREGATED));
        List<Resource> resources = new ArrayList<>();
        for (Tree group : document.trees("items")) {
            for (Tree version : group.trees("versions")) {
                for (Tree resource : version.trees("resources")) {
                    resources.add(resource(group.name(), version.text("version"), resource));
                }
            }
        }
        return List.copyOf(resources);
    }

    private static Resource resource(String group, String version, Tree tree) {
        return new Resource(
                group,
                version,
                tree.text("resource"),
                tree.text("singularResource"),
                tree.text("responseKind", "kind"),
                tree.text("scope").equals("Namespaced"),
                texts(tree.list("shortNames")),
                texts(tree.list("categories")),
                texts(tree.list("verbs")),
                tree.trees("subresources").stream().map(s -> s.text("subresource")).toList());
    }

    private static List<String> texts(List<?> values) {
        return values.stream().map(String::valueOf).toList();
    }
}
