package dev.quilla.store;

/** What must hold for a transaction to happen. */
public sealed interface Compare {

    /** The key that is looked at. */
    Key key();

    /** There is no such key. */
    record Absent(Key key) implements Compare {}

    /** There is such a key, at whichever revision. */
    record Present(Key key) implements Compare {}

    /** The key was last written at that revision. */
    record ModRevision(Key key, long revision) implements Compare {}
}
