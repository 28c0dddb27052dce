package dev.quilla.store;

/**
 * A key with its value.
 *
 * @param createRevision the revision that made it
 * @param modRevision the revision that last wrote it
 */
public record Entry(Key key, Bytes value, long createRevision, long modRevision) {}
