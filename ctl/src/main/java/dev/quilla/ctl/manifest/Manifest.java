package dev.quilla.ctl.manifest;

import dev.quilla.ctl.cluster.Cluster;
import dev.quilla.ctl.cluster.Resource;
import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.CommandException;
import java.util.Optional;

/** An object of a file, and where it goes. */
record Manifest(Resource resource, Tree object) {

    /**
     * Finds out where an object goes.
     *
     * @param namespace asked for by an option; where none is in the file, the session's is used
     * @throws CommandException if the file says another namespace than the option
     */
    static Manifest of(Tree object, Cluster cluster, Optional<String> namespace) {
        Resource resource =
                cluster.discovery().find(object.text("apiVersion"), object.text("kind"));
        if (!resource.namespaced()) {
            return new Manifest(resource, object);
        }
        String own = object.namespace();
        if (namespace.isPresent() && !own.isEmpty() && !own.equals(namespace.get())) {
            throw new CommandException(
                    "the manifest of %s/%s says namespace \"%s\", but -n says \"%s\""
                            .formatted(
                                    resource.singularWithGroup(),
                                    object.name(),
                                    own,
                                    namespace.get()));
        }
        return new Manifest(
                resource,
                own.isEmpty() ? object.with(cluster.namespace(), "metadata", "namespace") : object);
    }

    /** The path of the collection. */
    String collection() {
        return resource.path(object.namespace());
    }

    /** The path of the object. */
    String path() {
        return resource.path(object.namespace(), object.name());
    }
}
