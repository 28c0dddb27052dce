package dev.quilla.apiserver.flow;

import dev.quilla.apiserver.flow.FlowFigures.Refusal;
import dev.quilla.apiserver.flow.SeatShares.Demand;
import dev.quilla.apiserver.flow.SeatShares.Range;
import dev.quilla.apiserver.request.Turn;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The seats of one level, who has them and who waits for them. Where there is room, a seat is taken
 * and given back without waiting for anybody; the lock is for when there is none. Thread-safe.
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

    private static final int LOOKS_A_SECOND = 4;

    private final String name;
    private final String uid;
    private final LevelSettings settings;
    private final LongSupplier nanos;

    /** The seats taken, and {@link #WAITING}. */
    private final AtomicLong state = new AtomicLong();

    /** Who has seats, and of an exempt level, who runs. */
    private final Set<Seat> running = ConcurrentHashMap.newKeySet();

    /** Of those that list much, no more compute at once than there are processors. */
    private final Semaphore turns = new Semaphore(Runtime.getRuntime().availableProcessors(), true);

    private final ReentrantLock lock = new ReentrantLock();
    private final @Nullable FairQueues queues;
    private volatile Range range = new Range(0, 0, 0);
    private volatile int limit;
    private final RetryAfter retryAfter = new RetryAfter();
    private double smooth;
    private int looks;

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
    Seat take(Asked asked, int width, Consumer<Runnable> onGone) {
        FlowFigures figures = asked.flow().schema().figures();
        figures.dispatched().increment();
        if (settings.exempt()) {
            return seat(asked, 0, asked.since(), null);
        }
        int seats = Math.max(1, Math.min(width, widthMax()));
        figures.seats().observe(seats);
        if (takeAtOnce(seats)) {
            return seat(asked, seats, asked.since(), null);
        }
        if (queues == null) {
            throw refusal(asked, Refusal.CONCURRENCY_LIMIT);
        }
        return await(asked, queues, seats, onGone);
    }

    private Seat seat(Asked asked, int seats, long since, @Nullable Waiter waiter) {
        Turn turn = seats > 1 ? Turn.of(turns) : Turn.FREE;
        Seat seat = new Seat(asked, seats, since, waiter, turn);
        asked.flow().schema().figures().waited(true).observeNanos(since - asked.since());
        running.add(seat);
        return seat;
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

    private Seat await(Asked asked, FairQueues waiting, int seats, Consumer<Runnable> onGone) {
        Waiter waiter;
        lock.lock();
        try {
            Optional<Waiter> added = waiting.add(asked, seats);
            if (added.isEmpty()) {
                throw refusal(asked, Refusal.QUEUE_FULL);
            }
            waiter = added.get();
            asked.flow().schema().figures().queueLength().observe(waiting.length(waiter));
            state.updateAndGet(held -> held | WAITING);
            // Seats may have come free before the mark was seen.
            dispatch(waiting);
        } finally {
            lock.unlock();
        }
        onGone.accept(() -> giveUp(waiting, waiter, Waiter.State.GONE));
        try {
            waiter.await(WAIT_MAX);
        } catch (InterruptedException e) {
            giveUp(waiting, waiter, Waiter.State.GONE);
            Thread.currentThread().interrupt();
            throw ApiErrors.unavailable("the server is stopping");
        }
        return switch (giveUp(waiting, waiter, Waiter.State.LATE)) {
            case SEATED -> seat(asked, seats, nanos.getAsLong(), waiter);
            case WAITING, LATE -> throw inVain(asked, Refusal.TIME_OUT);
            case GONE -> throw inVain(asked, Refusal.CANCELLED);
        };
    }

    /** Stops waiting, unless it has its seats already; answers what is true then. */
    private Waiter.State giveUp(FairQueues waiting, Waiter waiter, Waiter.State why) {
        lock.lock();
        try {
            if (waiter.state() == Waiter.State.WAITING) {
                waiting.remove(waiter);
                waiter.end(why);
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

    void release(Seat seat, @Nullable Waiter waiter) {
        running.remove(seat);
        long took = nanos.getAsLong() - seat.since();
        boolean watch = seat.asked().what().verb().equals("watch");
        seat.asked().flow().schema().figures().ran(watch).observeNanos(took);
        if (settings.exempt()) {
            return;
        }
        long held = state.addAndGet(-seat.seats());
        if (queues == null || (held < WAITING && waiter == null)) {
            return;
        }
        lock.lock();
        try {
            if (waiter != null) {
                queues.done(waiter, took);
            }
            dispatch(queues);
        } finally {
            lock.unlock();
        }
    }

    private ApiException inVain(Asked asked, Refusal why) {
        long waited = nanos.getAsLong() - asked.since();
        asked.flow().schema().figures().waited(false).observeNanos(waited);
        return refusal(asked, why);
    }

    private ApiException refusal(Asked asked, Refusal why) {
        asked.flow().schema().figures().refused(why);
        return ApiErrors.tooManyRequests(
                "Too many requests, please try again later.", retryAfter.seconds());
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
        return locked(FairQueues::waiting, 0);
    }

    /** The requests that run now, the oldest first. */
    List<Seat> running() {
        return running.stream()
                .sorted((a, b) -> Long.signum(a.asked().since() - b.asked().since()))
                .toList();
    }

    /** Its queues, and who waits in them; none if nobody waits here. */
    List<FairQueues.QueueState> queues() {
        return locked(FairQueues::states, List.of());
    }

    private <T> T locked(Function<FairQueues, T> question, T otherwise) {
        if (queues == null) {
            return otherwise;
        }
        lock.lock();
        try {
            return question.apply(queues);
        } finally {
            lock.unlock();
        }
    }

    /** What is asked of it; called by one thread, four times a second. */
    Demand demand() {
        double wanted = seatsTaken();
        if (state.get() >= WAITING) {
            wanted += locked(FairQueues::seatsWaiting, 0);
        }
        if (++looks % LOOKS_A_SECOND == 0) {
            retryAfter.look(limit);
        }
        smooth = Math.max(wanted, SMOOTH * smooth + (1 - SMOOTH) * wanted);
        return new Demand(wanted, smooth);
    }
}
