package dev.quilla.store;

import java.util.Optional;

/** A change of one key. */
public sealed interface Event {

    /** The key that changed. */
    Key key();

    /** The revision that changed it. */
    long revision();

    /** A value was written over another, or over nothing. */
    record Put(Entry entry, Optional<Entry> previous) implements Event {
        @Override
        public Key key() {
            return entry.key();
        }

        @Override
        public long revision() {
            return entry.modRevision();
        }
    }

    /** A key was removed. */
    record Deleted(long revision, Entry previous) implements Event {
        @Override
        public Key key() {
            return previous.key();
        }
    }
}
