package dev.quilla.store;

import java.util.Optional;

/** What became of a command. */
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

    /**
     * A counter would have gone beyond its limit; nothing happened.
     *
     * @param counter the first such key
     * @param current what it holds
     */
    record OverLimit(Key counter, Amounts current) implements Outcome {}

    /** There is no such lease, or it was renewed meanwhile; nothing happened. */
    record NoLease(LeaseId lease) implements Outcome {}

    /** A lease with that number exists already; nothing happened. */
    record LeaseTaken(LeaseId lease) implements Outcome {}

    /**
     * A {@link Choice} was made.
     *
     * @param revision as of {@link Committed}
     * @param chosen which way it went, and what its steps found
     */
    record Made(long revision, Finding.Chosen chosen) implements Outcome {}

    /**
     * It would have taken more space than there may be; nothing happened.
     *
     * @param bytesMax how much there may be
     */
    record NoSpace(long bytesMax) implements Outcome {

        /** As an error to pass on. */
        public NoSpaceException exception() {
            return new NoSpaceException(
                    "the store is full: its entries take all of "
                            + bytesMax
                            + " bytes that they may; delete some, or raise stateBytesMax");
        }
    }

    /** A value or a lease was to be kept where there is no such key; nothing happened. */
    record Missing(Key key) implements Outcome {}
}
