package dev.quilla.client.fake;

import dev.quilla.client.WatchEndedException;
import dev.quilla.client.WatchEvent;
import dev.quilla.client.WatchStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A cursor into the log of the fake. */
final class FakeWatch implements WatchStream {

    private static final long SLICE_MILLIS = 10;

    private final FakeApi api;
    private final FakePath path;
    private long seen;
    private volatile boolean closed;

    FakeWatch(FakeApi api, FakePath path, long after) {
        this.api = api;
        this.path = path;
        this.seen = after;
    }

    @Override
    public Optional<WatchEvent> next(Duration atMost) {
        try {
            for (long left = Math.max(1, atMost.toMillis()); left > 0; left -= SLICE_MILLIS) {
                if (closed) {
                    throw new WatchEndedException("the fake ended the watch");
                }
                List<FakeApi.LoggedEvent> found = api.after(path, seen, SLICE_MILLIS);
                if (!found.isEmpty()) {
                    FakeApi.LoggedEvent event = found.getFirst();
                    seen = event.revision();
                    return Optional.of(new WatchEvent(event.type(), event.object()));
                }
            }
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WatchEndedException("interrupted", e);
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
