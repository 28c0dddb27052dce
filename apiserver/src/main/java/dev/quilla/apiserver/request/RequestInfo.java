package dev.quilla.apiserver.request;

import dev.quilla.model.ApiErrors;
import dev.quilla.model.GroupResource;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.GroupVersionResource;
import dev.quilla.model.selector.FieldSelector;
import dev.quilla.model.selector.Selector;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What a request's path and method mean, as in Kubernetes' API concepts.
 *
 * @param verb {@code get}, {@code list}, {@code watch}, {@code create}, … for resources; the method
 *     in lower case for other paths
 * @param resource empty for paths that are no resource
 * @param subresource empty for the object itself
 * @param namespace empty for the whole cluster
 * @param name empty for collections
 * @param path the whole path
 * @param selection which of many objects it is about
 */
public record RequestInfo(
        String verb,
        String group,
        String version,
        String resource,
        String subresource,
        String namespace,
        String name,
        String path,
        Selection selection) {

    private static final String PROXY = "proxy";
    private static final String WATCH = "watch";
    private static final Set<String> READS = Set.of("get", "head");
    private static final Set<String> MANY = Set.of("list", WATCH, "deletecollection");
    private static final Set<String> PROXIED = Set.of("pods", "services", "nodes");

    /**
     * Which objects a request for many is about.
     *
     * @param fields what their fields must be
     * @param labels what their labels must be
     */
    public record Selection(FieldSelector fields, Selector labels) {

        /** All of them. */
        public static final Selection ALL =
                new Selection(FieldSelector.everything(), Selector.everything());
    }

    /** A request about one object, or all of many. */
    public RequestInfo(
            String verb,
            String group,
            String version,
            String resource,
            String subresource,
            String namespace,
            String name,
            String path) {
        this(verb, group, version, resource, subresource, namespace, name, path, Selection.ALL);
    }

    /** Whether it is about a resource. */
    public boolean isResource() {
        return !resource.isEmpty();
    }

    /** The resource with its version. */
    public GroupVersionResource gvr() {
        return new GroupVersion(group, version).resource(resource);
    }

    /** The resource without its version. */
    public GroupResource groupResource() {
        return new GroupResource(group, resource);
    }

    /** The same request with another verb. */
    public RequestInfo withVerb(String other) {
        return new RequestInfo(
                other, group, version, resource, subresource, namespace, name, path, selection);
    }

    /** The same request about an object of that name. */
    public RequestInfo withName(String other) {
        return new RequestInfo(
                verb, group, version, resource, subresource, namespace, other, path, selection);
    }

    /** The same request about a subresource. */
    public RequestInfo withSubresource(String other) {
        return new RequestInfo(
                verb, group, version, resource, other, namespace, name, path, selection);
    }

    /** The same request in a namespace. */
    public RequestInfo withNamespace(String other) {
        return new RequestInfo(
                verb, group, version, resource, subresource, other, name, path, selection);
    }

    /** The same request about those objects alone. */
    public RequestInfo withSelection(Selection other) {
        return new RequestInfo(
                verb, group, version, resource, subresource, namespace, name, path, other);
    }

    /**
     * The same request, limited as its query says. A list of the one object of a name is about that
     * object, so a right to that object suffices.
     *
     * @throws dev.quilla.model.ApiException 400 if a selector can't be read
     */
    public RequestInfo selected(Map<String, List<String>> query) {
        if (!MANY.contains(verb) || !name.isEmpty()) {
            return this;
        }
        FieldSelector fields =
                only(query, "fieldSelector", FieldSelector::parse, FieldSelector.everything());
        Selector labels = only(query, "labelSelector", Selector::parse, Selector.everything());
        RequestInfo limited = withSelection(new Selection(fields, labels));
        return fields.exact("metadata.name").map(limited::withName).orElse(limited);
    }

    private static <T> T only(
            Map<String, List<String>> query, String name, Function<String, T> parse, T usual) {
        List<String> texts = query.getOrDefault(name, List.of());
        if (texts.size() != 1) {
            return usual;
        }
        try {
            return parse.apply(texts.getFirst());
        } catch (IllegalArgumentException e) {
            throw ApiErrors.badRequest(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Reads a request's meaning.
     *
     * @param path decoded, without query
     * @param watch whether the query asks to watch
     */
    public static RequestInfo parse(String method, String path, boolean watch) {
        String plain = method.toLowerCase(java.util.Locale.ROOT);
        List<String> parts = List.of(path.split("/")).stream().filter(p -> !p.isEmpty()).toList();
        int start;
        String group;
        if (parts.size() >= 3 && parts.getFirst().equals("api")) {
            group = "";
            start = 1;
        } else if (parts.size() >= 4 && parts.getFirst().equals("apis")) {
            group = parts.get(1);
            start = 2;
        } else {
            return new RequestInfo(plain, "", "", "", "", "", "", path);
        }
        String version = parts.get(start);
        List<String> rest = parts.subList(start + 1, parts.size());
        // The older way to watch has paths of its own, for one object too.
        boolean old = rest.size() > 1 && rest.getFirst().equals(WATCH) && READS.contains(plain);
        if (old) {
            rest = rest.subList(1, rest.size());
        }
        String namespace = "";
        // "namespaces" alone is a resource; followed by a name and more it is a scope.
        if (rest.size() > 2
                && rest.getFirst().equals("namespaces")
                && !isOfNamespace(rest.get(2))) {
            namespace = rest.get(1);
            rest = rest.subList(2, rest.size());
        }
        String resource = rest.getFirst();
        String name = rest.size() > 1 ? rest.get(1) : "";
        String subresource = rest.size() > 2 ? subresource(group, rest) : "";
        if (group.isEmpty() && resource.equals("namespaces") && !name.isEmpty()) {
            namespace = name;
        }
        return new RequestInfo(
                old ? WATCH : verb(plain, name, watch),
                group,
                version,
                resource,
                subresource,
                namespace,
                name,
                path);
    }

    /** What follows a proxy is for the server behind it. */
    private static String subresource(String group, List<String> rest) {
        boolean proxy =
                group.isEmpty() && rest.get(2).equals(PROXY) && PROXIED.contains(rest.getFirst());
        return proxy ? PROXY : String.join("/", rest.subList(2, rest.size()));
    }

    private static boolean isOfNamespace(String part) {
        return part.equals("status") || part.equals("finalize");
    }

    private static String verb(String method, String name, boolean watch) {
        return switch (method) {
            case "post" -> "create";
            case "put" -> "update";
            case "patch" -> "patch";
            case "delete" -> name.isEmpty() ? "deletecollection" : "delete";
            case "get", "head" -> !name.isEmpty() ? "get" : watch ? WATCH : "list";
            default -> method;
        };
    }
}
