package dev.quilla.client;

import dev.quilla.model.ApiException;
import java.time.Duration;
import java.util.Optional;

/** The events of one watch, in the order of their revisions. Read by one thread. */
public interface WatchStream extends AutoCloseable {

    /**
     * Waits for the next event.
     *
     * @return empty when none came in time; the watch goes on
     * @throws WatchEndedException when the server or the network ended it: watch again after the
     *     last revision seen
     * @throws ApiException when the server gave it up; code 410 means that this watcher was too
     *     slow and must list again
     */
    Optional<WatchEvent> next(Duration atMost);

    /** Ends the watch; wakes a thread that waits in {@link #next}. Any thread may call it. */
    @Override
    void close();
}
