package dev.quilla.store.log;

import dev.quilla.store.Command;
import dev.quilla.store.Lease;
import dev.quilla.store.LeaseId;
import dev.quilla.store.View;
import dev.quilla.store.mvcc.MvccState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the leader decides by its clock: which leases have ended, and how far history is forgotten.
 * Passive: one thread asks it from time to time what to propose.
 *
 * <p>Time counts for a lease only while this leader watches. One that has just been elected, or
 * that finds that it was not looking for a while, can't know which renewals were on their way
 * meanwhile: every lease then has its full time again.
 */
public final class Housekeeping {

    /** How often it should be asked. */
    public static final Duration INTERVAL = Duration.ofMillis(250);

    /** How often members compare their states, where there is anything new in them. */
    private static final Duration COMPARE = Duration.ofSeconds(10);

    /** Not having been asked for this long is a stall. */
    private static final Duration STALL = INTERVAL.multipliedBy(4);

    /** How many leases end by one look; the next look ends more. */
    private static final int ENDS_MAX = 1_000;

    private record Deadline(long renewal, long nanos) {}

    private final Bounds bounds;
    private final Optional<Trim> trim;
    private volatile Map<LeaseId, Deadline> deadlines = Map.of();
    private long term;
    private long lastLook;
    private long lastCheckpoint;
    private long checkpointRevision = View.FIRST;

    /** Keeps so much. */
    public Housekeeping(Bounds bounds) {
        this.bounds = bounds;
        this.trim = bounds.cap().map(Trim::new);
    }

    /**
     * What is to be done. A member that does not lead has nothing to do, but looks all the same: so
     * it can tell how long a lease has.
     *
     * @param leads the term that this member leads, if it does
     * @param nowNanos a clock that never goes back
     */
    public List<Command> look(MvccState state, OptionalLong leads, long nowNanos) {
        deadlines = deadlines(state, trusted(leads.orElse(0), nowNanos), nowNanos);
        trim.ifPresent(t -> t.pass(state, nowNanos));
        return leads.isPresent() ? due(state, leads.getAsLong(), nowNanos) : List.of();
    }

    private Map<LeaseId, Deadline> trusted(long leads, long nowNanos) {
        if (leads != term) {
            lastCheckpoint = nowNanos;
        }
        boolean trusted = leads == term && nowNanos - lastLook < STALL.toNanos();
        term = leads;
        lastLook = nowNanos;
        return trusted ? deadlines : Map.of();
    }

    private List<Command> due(MvccState state, long leads, long nowNanos) {
        List<Command> commands = new ArrayList<>();
        deadlines.forEach((lease, deadline) -> {
            if (deadline.nanos() - nowNanos <= 0 && commands.size() < ENDS_MAX) {
                OptionalLong seen = OptionalLong.of(deadline.renewal());
                commands.add(new Command.End(lease, seen, OptionalLong.of(leads)));
            }
        });
        state.historyExcess(bounds.historyMax(), bounds.historyBytesMax())
                .ifPresent(revision -> commands.add(new Command.Compact(revision)));
        if (bounds.stateBytesMax() > 0 && state.space().bytesMax() != bounds.stateBytesMax()) {
            commands.add(new Command.Limit(bounds.stateBytesMax()));
        }
        trim.ifPresent(t -> commands.addAll(t.look(state, leads)));
        if (nowNanos - lastCheckpoint >= COMPARE.toNanos()
                && state.revision() != checkpointRevision) {
            lastCheckpoint = nowNanos;
            checkpointRevision = state.revision();
            commands.add(new Command.Checkpoint());
        }
        return commands;
    }

    /**
     * How long a lease has by the last look; all its time where that did not see it. Any thread may
     * ask.
     */
    public Duration left(Lease lease, long nowNanos) {
        Deadline deadline = deadlines.get(lease.id());
        return deadline == null || deadline.renewal() != lease.renewal()
                ? lease.timeToLive()
                : Duration.ofNanos(Math.max(0, deadline.nanos() - nowNanos));
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
