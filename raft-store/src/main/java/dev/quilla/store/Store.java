package dev.quilla.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Replicated, revisioned key-value state. Every write that changes something has a revision of its
 * own, one higher than the last. Thread-safe; calls block, so they belong on virtual threads.
 */
public interface Store extends AutoCloseable {

    /** A value larger than this is refused. */
    int VALUE_BYTES_MAX = 2 << 20;

    /**
     * Replicates a command and returns when it is committed and applied on this member. Any member
     * takes it.
     *
     * @throws TooLargeException if it is larger than {@link #VALUE_BYTES_MAX}
     * @throws UnavailableException if no majority answers; nothing was written
     * @throws UnknownOutcomeException if nobody can say whether it happened
     */
    Outcome commit(Command command);

    /**
     * The state, as new as asked.
     *
     * @throws UnavailableException if it can't be had in time
     */
    View view(Freshness freshness);

    /**
     * The state at an earlier revision.
     *
     * @throws CompactedException if it is no longer kept
     */
    View viewAt(long revision);

    /**
     * Everything there is, as new as a linearizable read: what a backup is made of.
     *
     * @throws UnavailableException if no quorum answers in time
     */
    Contents contents();

    /** Follows a range, from the first change after a revision. */
    Watch watch(KeyRange range, long afterRevision);

    /**
     * A lease, as it is after everything that was acknowledged before this call.
     *
     * @throws UnavailableException if no quorum answers in time
     */
    Optional<Lease> lease(LeaseId id);

    /**
     * All leases, as {@link #lease} has one.
     *
     * @throws UnavailableException if no quorum answers in time
     */
    List<LeaseId> leases();

    /**
     * How long a lease still has, as this member reckons: the time counts from when it saw the last
     * renewal, and a new leader gives every lease all its time again.
     */
    Duration left(Lease lease);

    /** Who leads. */
    Leadership leadership();

    /** How this member is doing. */
    StoreStatus status();

    /** Stops; hands leadership over first. */
    @Override
    void close();
}
