package dev.quilla.apiserver.verbs;

import dev.quilla.model.ApiErrors;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.Zeros;
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

    /** As it is stored: nothing is left of what says nothing, as with the API's types. */
    static Struct tidy(Struct object) {
        return Zeros.dropped(object);
    }

    static ObjectKey key(Struct object) {
        ObjectMeta metadata = of(object);
        return new ObjectKey(metadata.namespace(), metadata.name());
    }

    static String name(Struct object) {
        return of(object).name();
    }

    /**
     * An object may leave out where it is, but not say otherwise than the request.
     *
     * @throws dev.quilla.model.ApiException if it does
     */
    static void refuseOtherNamespace(ObjectMeta sent, String wanted) {
        if (!sent.namespace().isEmpty() && !sent.namespace().equals(wanted)) {
            throw ApiErrors.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the"
                            + " request");
        }
    }
}
