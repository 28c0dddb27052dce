package dev.quilla.client;

import dev.quilla.model.Definition;
import dev.quilla.model.Struct;

/**
 * What happened to a watched object.
 *
 * @param object the object; for {@link Type#BOOKMARK} only its resource version means something,
 *     for {@link Type#ERROR} it is a {@code Status}
 */
public record WatchEvent(Type type, Body object) {

    /** An event with an object that is shared, not encoded. */
    public WatchEvent(Type type, Struct object) {
        this(type, Body.of(object));
    }

    /** The object as a struct of that type. */
    public Struct struct(Definition definition) {
        return object.struct(definition);
    }

    /** Kinds of events. {@link WatchStream#next} throws errors instead of returning them. */
    public enum Type {
        ADDED,
        MODIFIED,
        DELETED,
        BOOKMARK,
        ERROR
    }
}
