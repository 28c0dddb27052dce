package dev.quilla.model.codec;

/** What becomes of fields that the schema doesn't know, and of duplicates (KEP-2885). */
public enum UnknownFields {
    /** They are dropped. */
    IGNORE,
    /** They are dropped, and a warning says so. */
    WARN,
    /** They are refused. */
    STRICT
}
