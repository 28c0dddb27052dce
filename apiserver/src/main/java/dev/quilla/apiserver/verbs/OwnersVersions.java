package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.registry.Versions;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.Definition;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.Struct;
import dev.quilla.model.apply.KindVersions;
import dev.quilla.model.codec.DecodeException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The versions of a resource's kind in which managers may have written. May call the server that
 * converts a custom kind, so that no lock is held and nothing is being written when it is asked.
 *
 * @param subresource what is written through; empty for the object itself
 */
record OwnersVersions(
        ResourceRegistry registry, Versions versions, ServedResource resource, String subresource)
        implements KindVersions {

    @Override
    public Optional<Version> find(String apiVersion) {
        GroupVersion wanted = GroupVersion.parse(apiVersion);
        GroupVersion own = resource.gvk().groupVersion();
        if (wanted.equals(own)) {
            return Optional.of(new Seen(resource));
        }
        return wanted.group().equals(own.group())
                ? registry.defined(wanted.resource(resource.type().gvr().resource())).map(Seen::new)
                : Optional.empty();
    }

    /** One of the versions. */
    private final class Seen implements Version {

        private final ServedResource other;

        Seen(ServedResource other) {
            this.other = other;
        }

        @Override
        public Definition definition() {
            return other.type().definition();
        }

        @Override
        public Set<String> notOwned() {
            return FieldOwners.notOwned(other, subresource);
        }

        @Override
        public List<Struct> of(List<Struct> objects) {
            try {
                return versions.as(other, objects);
            } catch (IllegalArgumentException | DecodeException e) {
                throw ApiErrors.internal(
                        "the object can't be converted to %s, in which a manager of its fields wrote: %s"
                                .formatted(other.gvk().groupVersion(), e.getMessage()));
            }
        }
    }
}
