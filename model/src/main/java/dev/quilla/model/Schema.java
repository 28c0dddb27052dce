package dev.quilla.model;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What kinds of objects there are, where the API serves them, and how tables show them. Immutable:
 * {@link #with} makes a schema that knows more.
 */
public final class Schema {

    private final Map<String, Definition> definitions;
    private final Map<GroupVersionKind, Definition> byKind;
    private final List<ApiGroup> groups;
    private final Map<GroupVersionResource, ApiResource> resources;

    Schema(
            Map<String, Definition> definitions,
            List<ApiGroup> groups,
            Collection<ApiResource> resources) {
        this.definitions = Collections.unmodifiableMap(new LinkedHashMap<>(definitions));
        Map<GroupVersionKind, Definition> kinds = new LinkedHashMap<>();
        definitions.values().forEach(d -> d.kinds().forEach(k -> kinds.put(k, d)));
        this.byKind = Collections.unmodifiableMap(kinds);
        this.groups = List.copyOf(groups);
        Map<GroupVersionResource, ApiResource> all = new LinkedHashMap<>();
        resources.forEach(r -> all.put(r.gvr(), r));
        this.resources = Collections.unmodifiableMap(all);
    }

    private static final class BuiltIn {
        private static final Schema SCHEMA = SchemaReader.read();
    }

    /** The kinds of Kubernetes and Quilla. */
    public static Schema builtin() {
        return BuiltIn.SCHEMA;
    }

    /**
     * The definition of that short name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Definition definition(String name) {
        Definition definition = definitions.get(name);
        if (definition == null) {
            throw new IllegalArgumentException("no definition " + name);
        }
        return definition;
    }

    /** All definitions. */
    public Collection<Definition> definitions() {
        return definitions.values();
    }

    /** The type of a kind's objects. */
    public Optional<Definition> find(GroupVersionKind kind) {
        return Optional.ofNullable(byKind.get(kind));
    }

    /** Groups in the order in which discovery lists them. */
    public List<ApiGroup> groups() {
        return groups;
    }

    /** All resources. */
    public Collection<ApiResource> resources() {
        return resources.values();
    }

    /** A resource, if it is served. */
    public Optional<ApiResource> find(GroupVersionResource gvr) {
        return Optional.ofNullable(resources.get(gvr));
    }

    /**
     * A group of the API.
     *
     * @param name empty for the core group
     * @param versions best first
     * @param preferred the version that clients should use
     */
    public record ApiGroup(String name, List<String> versions, String preferred) {
        public ApiGroup {
            versions = List.copyOf(versions);
        }
    }

    /**
     * A resource of the API.
     *
     * @param gvr its place
     * @param gvk the kind of its objects
     * @param definition the type of its objects
     * @param listDefinition the type of its lists; empty where it can't be listed
     * @param storageHash identifies the version it is stored in, as discovery shows it
     * @param columns how tables show it
     */
    public record ApiResource(
            GroupVersionResource gvr,
            GroupVersionKind gvk,
            String singular,
            boolean namespaced,
            List<String> verbs,
            List<String> shortNames,
            List<String> categories,
            Definition definition,
            Optional<Definition> listDefinition,
            String storageHash,
            List<Subresource> subresources,
            List<Column> columns) {

        public ApiResource {
            verbs = List.copyOf(verbs);
            shortNames = List.copyOf(shortNames);
            categories = List.copyOf(categories);
            subresources = List.copyOf(subresources);
            columns = List.copyOf(columns);
        }

        /** A subresource, if there is one of that name. */
        public Optional<Subresource> subresource(String name) {
            return subresources.stream().filter(s -> s.name().equals(name)).findFirst();
        }
    }

    /**
     * A part of an object, or an action on it, with a path of its own.
     *
     * @param gvk the kind of what is sent and answered
     */
    public record Subresource(String name, GroupVersionKind gvk, List<String> verbs) {
        public Subresource {
            verbs = List.copyOf(verbs);
        }
    }

    /**
     * A column of a table.
     *
     * @param priority 0 is always shown, more only in wide output
     * @param description what it shows
     * @param path the JSONPath of its value; empty for kinds whose cells are code
     */
    public record Column(
            String name,
            String type,
            String format,
            int priority,
            String description,
            String path) {

        /** A column of a built-in kind. */
        public Column(String name, String type, String format, int priority) {
            this(name, type, format, priority, name, "");
        }
    }
}
