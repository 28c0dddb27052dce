package dev.quilla.store;

/** What a transaction does to one key. */
public sealed interface Op {

    /** The key that is written. */
    Key key();

    /**
     * Writes a value.
     *
     * @param lease what the key lives with from now on; {@link LeaseId#NONE} for until deleted
     */
    record Put(Key key, Bytes value, LeaseId lease) implements Op {

        /** Writes a value that lives until it is deleted. */
        public Put(Key key, Bytes value) {
            this(key, value, LeaseId.NONE);
        }
    }

    /** Removes a key; nothing happens where there is none. */
    record Delete(Key key) implements Op {}

    /**
     * Adds to a counter, whatever others added meanwhile, unless that takes it beyond its limit.
     * The key's value is {@link Amounts#bytes}; where there is none, all amounts are 0.
     *
     * @param add may be negative, which no limit refuses
     */
    record BoundedAdd(Key key, Amounts add, Amounts limit) implements Op {}
}
