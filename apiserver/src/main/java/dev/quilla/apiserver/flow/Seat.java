package dev.quilla.apiserver.flow;

import dev.quilla.apiserver.request.Turn;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a request runs on; to be closed when it is done. Used by one thread; closing it again does
 * nothing.
 */
public final class Seat implements AutoCloseable {

    private final Asked asked;
    private final int seats;
    private final long since;
    private final @Nullable Waiter waiter;
    private final Turn turn;
    private boolean closed;

    Seat(Asked asked, int seats, long since, @Nullable Waiter waiter, Turn turn) {
        this.asked = asked;
        this.seats = seats;
        this.since = since;
        this.waiter = waiter;
        this.turn = turn;
    }

    Asked asked() {
        return asked;
    }

    int seats() {
        return seats;
    }

    /** When it was taken, on the clock that the levels count by. */
    long since() {
        return since;
    }

    /** The queue in which the request had waited, if it had to. */
    OptionalInt queue() {
        return waiter == null ? OptionalInt.empty() : OptionalInt.of(waiter.queue());
    }

    /** What it has to take before it computes for long. */
    public Turn turn() {
        return turn;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            turn.giveBack();
            asked.flow().level().release(this, waiter);
        }
    }
}
