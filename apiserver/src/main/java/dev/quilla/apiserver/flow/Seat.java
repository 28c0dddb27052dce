package dev.quilla.apiserver.flow;

import org.jspecify.annotations.Nullable;

/**
 * What a request runs on; to be closed when it is done. Used by one thread; closing it again does
 * nothing.
 */
public final class Seat implements AutoCloseable {

    private final Flow flow;
    private final int seats;
    private final long since;
    private final @Nullable Waiter waiter;
    private boolean closed;

    Seat(Flow flow, int seats, long since, @Nullable Waiter waiter) {
        this.flow = flow;
        this.seats = seats;
        this.since = since;
        this.waiter = waiter;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            flow.level().release(seats, since, waiter);
        }
    }
}
