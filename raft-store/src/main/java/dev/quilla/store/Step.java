package dev.quilla.store;

import java.util.Optional;

/** What a {@link Choice} does. Each sees what the steps before it did. */
public sealed interface Step {

    /** About how many bytes it takes in the log. */
    long bytes();

    /**
     * Reads a range.
     *
     * @param limit how many entries at the most; 0 for all
     */
    record Get(KeyRange range, int limit) implements Step {
        @Override
        public long bytes() {
            return range.start().length() + range.end().length() + Command.SMALL;
        }
    }

    /**
     * Writes a key.
     *
     * @param value empty to keep the one that is there; if there is none, nothing happens at all
     * @param lease likewise
     * @param tell whether to answer the entry that was there
     */
    record Put(Key key, Optional<Bytes> value, Optional<LeaseId> lease, boolean tell)
            implements Step {
        @Override
        public long bytes() {
            return key.text().length() + value.map(Bytes::length).orElse(0) + Command.SMALL;
        }
    }

    /**
     * Removes all keys of a range.
     *
     * @param tell whether to answer the entries that were there
     */
    record Delete(KeyRange range, boolean tell) implements Step {
        @Override
        public long bytes() {
            return range.start().length() + range.end().length() + Command.SMALL;
        }
    }

    /** Makes another choice. */
    record Choose(Choice choice) implements Step {
        @Override
        public long bytes() {
            return choice.bytes();
        }
    }
}
