package dev.quilla.e2e.robustness;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One call of a client.
 *
 * @param sent when it was sent, in nanoseconds of the judge's clock
 * @param answered when its answer came; for {@link Answer.Lost} when the client gave up
 */
record Operation(int client, long sent, long answered, Request request, Answer answer) {

    /** What was asked for. Values that are written are unique in a run. */
    sealed interface Request {

        /**
         * Writes all of these at one revision.
         *
         * @param onlyIf a key and the revision that must have changed it last, 0 for a key that
         *     must not be there; empty to write in any case
         * @param lease whose keys these are, if any's
         */
        record Write(
                Map<String, Optional<String>> values, Optional<Expected> onlyIf, OptionalLong lease)
                implements Request {
            public Write {
                values = Map.copyOf(values);
            }

            Write(Map<String, Optional<String>> values, Optional<Expected> onlyIf) {
                this(values, onlyIf, OptionalLong.empty());
            }
        }

        /** Reads all keys that begin with this. */
        record Read(String prefix) implements Request {}

        /** Makes a lease; each number is asked for once. */
        record Grant(long lease, Duration timeToLive) implements Request {}

        /** Gives a lease its full time again. */
        record Renew(long lease) implements Request {}

        /** Ends a lease. */
        record Revoke(long lease) implements Request {}
    }

    /** A condition of a write. */
    record Expected(String key, long changedAt) {}

    /** What came back. */
    sealed interface Answer {

        /** It was written. */
        record Written(long revision) implements Answer {}

        /** It was not, for its condition did not hold. */
        record Refused(long revision) implements Answer {}

        /** What was read, in the order of keys. */
        record Found(long revision, List<Entry> entries) implements Answer {
            public Found {
                entries = List.copyOf(entries);
            }
        }

        /** The lease lives, from this call on for so long. */
        record Alive(Duration timeToLive) implements Answer {}

        /** The lease has ended by this call, its keys at this revision if it had any. */
        record Revoked(long revision) implements Answer {}

        /** There is no such lease, so nothing was done. */
        record NoLease() implements Answer {}

        /** Nothing, so that a write may have happened, may happen yet, or may never. */
        record Lost(String why) implements Answer {}
    }

    /** A key as it was read. */
    record Entry(String key, String value, long changedAt) {}
}
