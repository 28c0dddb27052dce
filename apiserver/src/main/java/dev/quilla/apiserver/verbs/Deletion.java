package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.model.Struct;
import dev.quilla.model.meta.v1.ObjectMeta;

/** When a deleted object may go. */
final class Deletion {

    private Deletion() {}

    /** Whether an object is being deleted and nothing holds it any more. */
    static boolean isOver(ServedResource resource, Struct object) {
        ObjectMeta metadata = Metadata.of(object);
        return metadata.hasDeletionTimestamp()
                && metadata.finalizers().isEmpty()
                && metadata.deletionGracePeriodSeconds() == 0
                && !resource.behaviour().heldBy(object);
    }
}
