package dev.quilla.store;

import java.util.Optional;

/** What became of a transaction. */
public sealed interface Outcome {

    /**
     * It happened.
     *
     * @param revision its revision; that of the state before where it changed nothing
     */
    record Committed(long revision) implements Outcome {}

    /**
     * A condition did not hold; nothing happened.
     *
     * @param failed the first that did not hold
     * @param current what is at its key
     */
    record Refused(Compare failed, Optional<Entry> current) implements Outcome {}

    /**
     * The writer has lost its leadership; nothing happened.
     *
     * @param term the term that is led now
     */
    record Fenced(long term) implements Outcome {}
}
