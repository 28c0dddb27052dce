package dev.quilla.store;

/** What a transaction does. */
public sealed interface Op {

    /** The key that is written. */
    Key key();

    /** Writes a value. */
    record Put(Key key, Bytes value) implements Op {}

    /** Removes a key; nothing happens where there is none. */
    record Delete(Key key) implements Op {}
}
