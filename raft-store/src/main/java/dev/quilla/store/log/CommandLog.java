package dev.quilla.store.log;

import dev.quilla.store.Command;
import dev.quilla.store.Outcome;
import dev.quilla.store.UnavailableException;
import dev.quilla.store.UnknownOutcomeException;
import dev.quilla.store.mvcc.MvccState;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Consensus, hidden: one member's end of a log that all members have alike. Thread-safe; what is
 * under way completes on threads of the log's own, on which nobody may wait.
 */
public interface CommandLog extends AutoCloseable {

    /**
     * Brings a command into the log. Completes with its outcome when a majority has it on disk and
     * it was applied, not necessarily on this member; else with {@link UnavailableException}, if it
     * surely was not and never will be applied, or {@link UnknownOutcomeException}.
     */
    CompletableFuture<Outcome> propose(Command command);

    /**
     * Completes when everything that was acknowledged anywhere before this call is applied on this
     * member; with {@link UnavailableException} if no majority says what that is.
     */
    CompletableFuture<Void> barrier();

    /** Where this member stands. */
    Position position();

    /** Leaves; a leader hands leadership over first. */
    @Override
    void close();

    /**
     * Where a member stands.
     *
     * @param memberId its id
     * @param role {@code leader}, {@code follower}, {@code candidate} or {@code learner}
     * @param term the newest term it knows
     * @param appliedIndex the last entry that its follower has applied
     * @param members how many members there are
     * @param trouble what a person should look after; empty if there is nothing
     */
    record Position(
            String memberId,
            String role,
            long term,
            long appliedIndex,
            int members,
            String trouble) {}

    /**
     * What follows the log on one member. Called by one thread at a time, in the log's order, and
     * never waits; being told of leadership may come between any two entries.
     */
    interface Follower {

        /**
         * A committed entry. One that can't be applied must end the process: a member that went on
         * would differ from the others.
         *
         * @return an outcome a command, in their order
         */
        List<Outcome> apply(long index, long term, List<Command> commands);

        /** The state after the last entry that was applied, for a snapshot. */
        MvccState save();

        /** Takes a snapshot's state instead of its own; entries go on after it. */
        void load(MvccState state);

        /** This member leads and has applied everything up to its own term. */
        void leads(long term);

        /** It does not lead, or no longer. */
        void follows();

        /** Who leads, or empty if nobody is known to. */
        void leaderIs(String memberId);
    }
}
