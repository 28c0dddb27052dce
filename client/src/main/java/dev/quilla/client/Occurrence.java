package dev.quilla.client;

import dev.quilla.model.core.v1.ObjectReference;
import java.time.Instant;

/** Something that happened to an object, once. */
record Occurrence(
        ObjectReference object, EventType type, String reason, String message, Instant time) {

    /** What occurrences that are counted as one have in common. */
    Kind kind() {
        return new Kind(
                object.namespace(),
                object.kind(),
                object.name(),
                object.uid(),
                object.fieldPath(),
                type,
                reason,
                message);
    }

    record Kind(
            String namespace,
            String kind,
            String name,
            String uid,
            String fieldPath,
            EventType type,
            String reason,
            String message) {}
}
