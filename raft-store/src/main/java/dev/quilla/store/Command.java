package dev.quilla.store;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * What goes through the log. Everything that is not the same on every member, as time is, was
 * decided before and is carried in here.
 */
public sealed interface Command
        permits Txn,
                Choice,
                Command.Grant,
                Command.Renew,
                Command.End,
                Command.Compact,
                Command.Limit,
                Command.Alarm,
                Command.Checkpoint,
                Command.Witness {

    /** About how many bytes it takes in the log. */
    long bytes();

    /** Makes a lease. */
    record Grant(LeaseId lease, Duration timeToLive) implements Command {
        public Grant {
            if (!lease.isSome() || timeToLive.toMillis() < 1) {
                throw new IllegalArgumentException("a lease has a number, and lives for a while");
            }
        }

        @Override
        public long bytes() {
            return SMALL;
        }
    }

    /** Keeps a lease alive: it has its full time again. */
    record Renew(LeaseId lease) implements Command {
        @Override
        public long bytes() {
            return SMALL;
        }
    }

    /**
     * Ends a lease and deletes its keys, at one revision.
     *
     * @param renewal end it only if it was not renewed after this log index: a renewal that came
     *     before this command in the log wins
     * @param fenceTerm as in a transaction
     */
    record End(LeaseId lease, OptionalLong renewal, OptionalLong fenceTerm) implements Command {

        /** Ends it, however often it was renewed. */
        public static End revoked(LeaseId lease) {
            return new End(lease, OptionalLong.empty(), OptionalLong.empty());
        }

        @Override
        public long bytes() {
            return SMALL;
        }
    }

    /** Forgets the history up to and with a revision, but never the state itself. */
    record Compact(long revision) implements Command {
        @Override
        public long bytes() {
            return SMALL;
        }
    }

    /** Sets how many bytes the entries and leases may take; 0 for no limit. */
    record Limit(long bytesMax) implements Command {
        @Override
        public long bytes() {
            return SMALL;
        }
    }

    /** Raises or ends the alarm that there is no space. */
    record Alarm(boolean on) implements Command {
        @Override
        public long bytes() {
            return SMALL;
        }
    }

    /** A point in the log at which members compare their states. Changes nothing. */
    record Checkpoint() implements Command {
        @Override
        public long bytes() {
            return SMALL;
        }
    }

    /**
     * What a member's state was at a checkpoint. Changes nothing.
     *
     * @param member a number for the member
     * @param index the checkpoint's log entry
     * @param digest what its state came to
     */
    record Witness(long member, long index, long digest) implements Command {
        @Override
        public long bytes() {
            return SMALL;
        }
    }

    /** What a command without keys and values takes. */
    long SMALL = 32;
}
