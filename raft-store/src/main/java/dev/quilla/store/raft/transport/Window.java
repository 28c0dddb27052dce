package dev.quilla.store.raft.transport;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.ratis.util.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * What was sent to a follower and is not answered. While all goes well much may be under way; after
 * a failure one request with entries, until one has succeeded. Not thread-safe.
 */
final class Window {

    private static final int REQUESTS_MAX = 64;
    private static final long BYTES_MAX = 8 << 20;

    /**
     * A request.
     *
     * @param first index of its first entry; of one without entries, negative
     * @param bytes of its entries
     */
    record Sent(long call, long first, long bytes, Timestamp time) {

        boolean hasEntries() {
            return first >= 0;
        }
    }

    private final Map<Long, Sent> sent = new LinkedHashMap<>();
    private int withEntries;
    private long bytes;
    private volatile boolean flows;
    private int failures;

    /** Whether one with entries may be sent. */
    boolean hasRoom() {
        return flows ? withEntries < REQUESTS_MAX && bytes < BYTES_MAX : withEntries == 0;
    }

    boolean isEmpty() {
        return sent.isEmpty();
    }

    /** Whether the last answer was a good one. May be read by any thread. */
    boolean flows() {
        return flows;
    }

    /** How often it has failed since. */
    int failures() {
        return failures;
    }

    boolean contains(Sent request) {
        return sent.containsKey(request.call());
    }

    void add(Sent request) {
        sent.put(request.call(), request);
        count(request, 1);
    }

    /**
     * Takes out what is answered.
     *
     * @return false if it was taken for lost before
     */
    boolean remove(Sent request) {
        if (sent.remove(request.call()) == null) {
            return false;
        }
        count(request, -1);
        return true;
    }

    private void count(Sent request, int sign) {
        if (request.hasEntries()) {
            withEntries += sign;
            bytes += sign * request.bytes();
        }
    }

    /** An answer was good. */
    void succeeded() {
        flows = true;
        failures = 0;
    }

    /**
     * All that is under way counts as lost.
     *
     * @return index of the first entry that has to be sent again
     */
    OptionalLong failed() {
        OptionalLong first =
                sent.values().stream().filter(Sent::hasEntries).mapToLong(Sent::first).min();
        sent.clear();
        withEntries = 0;
        bytes = 0;
        flows = false;
        failures++;
        return first;
    }

    /** What waits longest. */
    @Nullable Sent oldest() {
        return sent.isEmpty() ? null : sent.values().iterator().next();
    }
}
