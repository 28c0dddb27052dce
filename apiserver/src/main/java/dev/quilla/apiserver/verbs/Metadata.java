package dev.quilla.apiserver.verbs;

import dev.quilla.model.ObjectKey;
import dev.quilla.model.Struct;
import dev.quilla.model.meta.v1.ObjectMeta;
import java.util.function.UnaryOperator;

/** Shortcuts to what all objects have. */
final class Metadata {

    private Metadata() {}

    static ObjectMeta of(Struct object) {
        return new ObjectMeta(
                (Struct) object.find("metadata").orElseGet(() -> ObjectMeta.definition().empty()));
    }

    static Struct edit(Struct object, UnaryOperator<ObjectMeta.Builder> edit) {
        return object.with("metadata", edit.apply(of(object).toBuilder()).build().struct());
    }

    /**
     * As it is stored: of what may be empty nothing is left once it is, as with the API's types.
     */
    static Struct tidy(Struct object) {
        ObjectMeta now = of(object);
        boolean emptied =
                now.hasLabels() && now.labels().isEmpty()
                        || now.hasAnnotations() && now.annotations().isEmpty()
                        || now.hasFinalizers() && now.finalizers().isEmpty()
                        || now.hasOwnerReferences() && now.ownerReferences().isEmpty();
        return emptied ? edit(object, m -> withoutEmptied(m, now)) : object;
    }

    private static ObjectMeta.Builder withoutEmptied(ObjectMeta.Builder metadata, ObjectMeta now) {
        if (now.labels().isEmpty()) {
            metadata.clearLabels();
        }
        if (now.annotations().isEmpty()) {
            metadata.clearAnnotations();
        }
        if (now.finalizers().isEmpty()) {
            metadata.clearFinalizers();
        }
        return now.ownerReferences().isEmpty() ? metadata.clearOwnerReferences() : metadata;
    }

    static ObjectKey key(Struct object) {
        ObjectMeta metadata = of(object);
        return new ObjectKey(metadata.namespace(), metadata.name());
    }

    static String name(Struct object) {
        return of(object).name();
    }
}
