package dev.quilla.model;

import dev.quilla.model.meta.v1.PartialObjectMetadata;
import java.util.function.Function;

/**
 * A resource that programs use by type.
 *
 * @param gvr its place in the API
 * @param gvk the kind of its objects
 * @param namespaced whether its objects live in namespaces
 * @param definition the type of its objects
 * @param view makes a typed view of an object
 */
public record ResourceType<T extends ApiObject>(
        GroupVersionResource gvr,
        GroupVersionKind gvk,
        boolean namespaced,
        Definition definition,
        Function<Struct, T> view) {

    /** One function for all, so that types of the same resource are equal. */
    private static final Function<Struct, PartialObjectMetadata> METADATA =
            ResourceType::metadataIn;

    /**
     * Any resource, of whose objects only the metadata is looked at, and of that neither
     * annotations nor who owns which field: mostly they are longer than all the rest, and whoever
     * follows the objects of all kinds has no use for them.
     *
     * @param gvk the kind of its objects
     */
    public static ResourceType<PartialObjectMetadata> metadataOf(
            GroupVersionResource gvr, GroupVersionKind gvk, boolean namespaced) {
        return new ResourceType<>(
                gvr, gvk, namespaced, PartialObjectMetadata.definition(), METADATA);
    }

    private static PartialObjectMetadata metadataIn(Struct object) {
        return new PartialObjectMetadata(
                object.find("metadata")
                        .map(m -> ((Struct) m).without("managedFields").without("annotations"))
                        .map(m -> object.with("metadata", m))
                        .orElse(object));
    }

    /** The path of the collection; the empty namespace means all of them. */
    public String path(String namespace) {
        String base =
                gvr.group().isEmpty()
                        ? "/api/" + gvr.version()
                        : "/apis/" + gvr.group() + "/" + gvr.version();
        return namespaced && !namespace.isEmpty()
                ? base + "/namespaces/" + namespace + "/" + gvr.resource()
                : base + "/" + gvr.resource();
    }

    /** The path of one object. */
    public String path(ObjectKey key) {
        return path(key.namespace()) + "/" + key.name();
    }
}
