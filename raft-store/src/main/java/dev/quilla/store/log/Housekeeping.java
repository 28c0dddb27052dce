package dev.quilla.store.log;

import dev.quilla.store.Command;
import dev.quilla.store.Lease;
import dev.quilla.store.LeaseId;
import dev.quilla.store.mvcc.MvccState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What the leader decides by its clock: which leases have ended, and how far history is forgotten.
 * Passive: it is asked from time to time, and says what to propose. Used by one thread.
 *
 * <p>Time counts for a lease only while this leader watches. One that has just been elected, or
 * that finds that it was not looking for a while, can't know which renewals were on their way
 * meanwhile: every lease then has its full time again.
 */
public final class Housekeeping {

    /** How often it should be asked. */
    public static final Duration INTERVAL = Duration.ofMillis(250);

    /** How many changes are kept. */
    public static final int HISTORY_MAX = 20_000;

    /** How many bytes of superseded values the history keeps alive. */
    public static final long HISTORY_BYTES_MAX = 64L << 20;

    /** Not having been asked for this long is a stall. */
    private static final Duration STALL = INTERVAL.multipliedBy(4);

    /** How many leases end by one look; the next look ends more. */
    private static final int ENDS_MAX = 1_000;

    private record Deadline(long renewal, long nanos) {}

    private final int historyMax;
    private final long historyBytesMax;
    private Map<LeaseId, Deadline> deadlines = new HashMap<>();
    private long term;
    private long lastLook;

    /** Keeps so much history. */
    public Housekeeping(int historyMax, long historyBytesMax) {
        this.historyMax = historyMax;
        this.historyBytesMax = historyBytesMax;
    }

    /**
     * What is to be done.
     *
     * @param leads the term that this member leads
     * @param nowNanos a clock that never goes back
     */
    public List<Command> look(MvccState state, long leads, long nowNanos) {
        boolean trusted = leads == term && nowNanos - lastLook < STALL.toNanos();
        Map<LeaseId, Deadline> before = trusted ? deadlines : Map.of();
        term = leads;
        lastLook = nowNanos;
        List<Command> commands = new ArrayList<>();
        deadlines = deadlines(state, before, nowNanos);
        deadlines.forEach((lease, deadline) -> {
            if (deadline.nanos() - nowNanos <= 0 && commands.size() < ENDS_MAX) {
                OptionalLong seen = OptionalLong.of(deadline.renewal());
                commands.add(new Command.End(lease, seen, OptionalLong.of(leads)));
            }
        });
        state.historyExcess(historyMax, historyBytesMax)
                .ifPresent(revision -> commands.add(new Command.Compact(revision)));
        return commands;
    }

    private static Map<LeaseId, Deadline> deadlines(
            MvccState state, Map<LeaseId, Deadline> before, long nowNanos) {
        Map<LeaseId, Deadline> deadlines = new HashMap<>();
        state.forEachLease(lease -> {
            Deadline known = before.get(lease.id());
            boolean same = known != null && known.renewal() == lease.renewal();
            deadlines.put(lease.id(), same ? known : fresh(lease, nowNanos));
        });
        return deadlines;
    }

    private static Deadline fresh(Lease lease, long nowNanos) {
        return new Deadline(lease.renewal(), nowNanos + lease.timeToLive().toNanos());
    }
}
