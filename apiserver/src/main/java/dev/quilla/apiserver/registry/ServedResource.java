package dev.quilla.apiserver.registry;

import dev.quilla.apiserver.kinds.KindBehaviour;
import dev.quilla.model.GroupResource;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.Schema.ApiResource;

/**
 * A resource that this server serves.
 *
 * @param type its schema
 * @param behaviour what its kind does beyond that
 */
public record ServedResource(ApiResource type, KindBehaviour behaviour) {

    /** Its name without version. */
    public GroupResource groupResource() {
        return type.gvr().groupResource();
    }

    /** Its kind. */
    public GroupVersionKind gvk() {
        return type.gvk();
    }

    /** Whether it has a status that is written apart from the rest. */
    public boolean hasStatus() {
        return type.subresource("status").isPresent();
    }
}
