package dev.quilla.model;

import dev.quilla.model.meta.v1.ObjectMeta;

/** An object of the API: something with a name that can be stored. */
public interface ApiObject extends View {

    /** Its metadata; empty where it has none. */
    ObjectMeta metadata();

    /** Its name. */
    default String name() {
        return metadata().name();
    }

    /** Its namespace; empty for objects of the whole cluster. */
    default String namespace() {
        return metadata().namespace();
    }

    /** Its identity, which no other object ever had or will have. */
    default String uid() {
        return metadata().uid();
    }

    /** Which version of it this is. */
    default String resourceVersion() {
        return metadata().resourceVersion();
    }

    /** Namespace and name. */
    default ObjectKey key() {
        return new ObjectKey(namespace(), name());
    }
}
