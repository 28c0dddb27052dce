package dev.quilla.apiserver.flow;

import dev.quilla.apiserver.flow.FlowFigures.Refusal;
import dev.quilla.apiserver.flow.SeatShares.Demand;
import dev.quilla.apiserver.flow.SeatShares.Range;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The seats of one level, and who waits for them. Where there is room, taking and giving back a
 * seat is one atomic operation each; the lock is for when there is none. Thread-safe.
 */
final class PriorityLevel {

    /** How long a request waits before it is refused. */
    static final Duration WAIT_MAX = Duration.ofSeconds(15);

    /** One request has no more seats than this, however much it lists. */
    private static final int WIDTH_MAX = 10;

    /** Set in {@link #state} while somebody waits: then nobody takes a seat without the lock. */
    private static final long WAITING = 1L << 62;

    /** Share of the smooth demand that remains from one look to the next: half in 3 seconds. */
    private static final double SMOOTH = 0.94;

    private final String name;
    private final String uid;
    private final LevelSettings settings;
    private final LongSupplier nanos;

    /** The seats taken, and {@link #WAITING}. */
    private final AtomicLong state = new AtomicLong();

    private final ReentrantLock lock = new ReentrantLock();
    private final @Nullable FairQueues queues;
    private volatile Range range = new Range(0, 0, 0);
    private volatile int limit;
    private double smooth;

    PriorityLevel(String name, String uid, LevelSettings settings, LongSupplier nanos) {
        this.name = name;
        this.uid = uid;
        this.settings = settings;
        this.nanos = nanos;
        this.queues = settings.queuing().map(FairQueues::new).orElse(null);
    }

    String name() {
        return name;
    }

    String uid() {
        return uid;
    }

    LevelSettings settings() {
        return settings;
    }

    /** Whether this still is the level of a configuration, but for how many seats it has. */
    boolean serves(String otherUid, LevelSettings other) {
        return uid.equals(otherUid)
                && settings.exempt() == other.exempt()
                && settings.queuing().equals(other.queuing());
    }

    /**
     * Takes seats, or waits for them.
     *
     * @param width how many the request is worth
     * @param onGone given what is to be done when the client goes away
     * @throws ApiException 429 if there are none, and none in time
     */
    Seat take(Flow flow, int width, Consumer<Runnable> onGone) {
        flow.schema().figures().dispatched().increment();
        if (settings.exempt()) {
            return new Seat(flow, 0, 0, null);
        }
        int seats = Math.max(1, Math.min(width, widthMax()));
        if (takeAtOnce(seats)) {
            return new Seat(flow, seats, nanos.getAsLong(), null);
        }
        if (queues == null) {
            throw refusal(flow, Refusal.CONCURRENCY_LIMIT);
        }
        return await(flow, queues, seats, onGone);
    }

    /** A wide request leaves room for others of other flows, as Kubernetes has it. */
    private int widthMax() {
        int flows = settings.queuing().map(LevelSettings.Queuing::handSize).orElse(1);
        return Math.min(WIDTH_MAX, Math.ceilDiv(Math.max(1, range.nominal()), flows));
    }

    private boolean takeAtOnce(int seats) {
        while (true) {
            long held = state.get();
            if (held >= WAITING || !fits(held, seats)) {
                return false;
            }
            if (state.compareAndSet(held, held + seats)) {
                return true;
            }
        }
    }

    /** The first request always fits, so that a level without seats goes on, slowly. */
    private boolean fits(long held, int seats) {
        return held == 0 || held + seats <= limit;
    }

    private Seat await(Flow flow, FairQueues waiting, int seats, Consumer<Runnable> onGone) {
        Waiter waiter;
        lock.lock();
        try {
            Optional<Waiter> added = waiting.add(flow.hash(), seats);
            if (added.isEmpty()) {
                throw refusal(flow, Refusal.QUEUE_FULL);
            }
            waiter = added.get();
            state.updateAndGet(held -> held | WAITING);
            // Seats may have come free before the mark was seen.
            dispatch(waiting);
        } finally {
            lock.unlock();
        }
        onGone.accept(() -> giveUp(waiting, waiter));
        try {
            waiter.await(WAIT_MAX);
        } catch (InterruptedException e) {
            giveUp(waiting, waiter);
            Thread.currentThread().interrupt();
            throw ApiErrors.unavailable("the server is stopping");
        }
        return switch (giveUp(waiting, waiter)) {
            case SEATED -> new Seat(flow, seats, nanos.getAsLong(), waiter);
            case WAITING, GONE -> throw refusal(flow, Refusal.TIME_OUT);
        };
    }

    /** Stops waiting, unless it has its seats already; answers what is true then. */
    private Waiter.State giveUp(FairQueues waiting, Waiter waiter) {
        lock.lock();
        try {
            if (waiter.state() == Waiter.State.WAITING) {
                waiting.remove(waiter);
                waiter.end(Waiter.State.GONE);
                dispatch(waiting);
            }
            return waiter.state();
        } finally {
            lock.unlock();
        }
    }

    /** Seats those whose turn it is, as long as there is room. Called with the lock. */
    private void dispatch(FairQueues waiting) {
        Optional<Waiter> next = waiting.first();
        while (next.isPresent() && fits(state.get() & ~WAITING, next.get().seats())) {
            state.addAndGet(next.get().seats());
            waiting.seated(next.get());
            next.get().end(Waiter.State.SEATED);
            next = waiting.first();
        }
        if (next.isEmpty()) {
            state.updateAndGet(held -> held & ~WAITING);
        }
    }

    void release(int seats, long since, @Nullable Waiter waiter) {
        if (settings.exempt()) {
            return;
        }
        long held = state.addAndGet(-seats);
        if (queues == null || (held < WAITING && waiter == null)) {
            return;
        }
        lock.lock();
        try {
            if (waiter != null) {
                queues.done(waiter, nanos.getAsLong() - since);
            }
            dispatch(queues);
        } finally {
            lock.unlock();
        }
    }

    private ApiException refusal(Flow flow, Refusal why) {
        flow.schema().figures().refused(why);
        return ApiErrors.tooManyRequests("Too many requests, please try again later.", 1);
    }

    /** Sets how many seats it may have. */
    void setRange(Range given) {
        range = given;
        if (limit == 0) {
            setLimit(given.nominal());
        }
    }

    Range range() {
        return range;
    }

    /** Sets how many seats it has now. */
    void setLimit(int given) {
        limit = given;
        if (queues != null && state.get() >= WAITING) {
            lock.lock();
            try {
                dispatch(queues);
            } finally {
                lock.unlock();
            }
        }
    }

    int limit() {
        return limit;
    }

    int seatsTaken() {
        return (int) (state.get() & ~WAITING);
    }

    int requestsWaiting() {
        return locked(FairQueues::waiting);
    }

    private int locked(ToIntFunction<FairQueues> question) {
        if (queues == null) {
            return 0;
        }
        lock.lock();
        try {
            return question.applyAsInt(queues);
        } finally {
            lock.unlock();
        }
    }

    /** What is asked of it; called by one thread, at even intervals. */
    Demand demand() {
        double wanted = seatsTaken();
        if (state.get() >= WAITING) {
            wanted += locked(FairQueues::seatsWaiting);
        }
        smooth = Math.max(wanted, SMOOTH * smooth + (1 - SMOOTH) * wanted);
        return new Demand(wanted, smooth);
    }
}
