package dev.quilla.store;

/**
 * A key with its value.
 *
 * @param createRevision the revision that made it
 * @param modRevision the revision that last wrote it
 * @param version how often it was written since it was made
 * @param lease what it lives with
 */
public record Entry(
        Key key, Bytes value, long createRevision, long modRevision, long version, LeaseId lease) {}
