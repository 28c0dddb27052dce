package dev.quilla.apiserver.flow;

import dev.quilla.apiserver.flow.LevelSettings.Queuing;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The queues of a level. A flow is dealt a hand of them (shuffle sharding: two flows seldom have
 * all in common) and waits in the shortest. Served next is the queue that has had least (start-time
 * fair queuing, after Goyal, Vin and Cheng, 1996), where what it has had is seats times time. Not
 * thread-safe: belongs to whoever holds the level's lock.
 */
final class FairQueues {

    /** What a request is reckoned to take until it is known, in nanoseconds. */
    static final double GUESS = 3e6;

    private final Queuing queuing;
    private final Queue[] queues;
    private double now;
    private int waiting;
    private int seatsWaiting;

    private static final class Queue {
        private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();

        /** What it has had, on the scale on which {@link FairQueues#now} goes forward. */
        private double had;
    }

    /**
     * A queue as it was at some time.
     *
     * @param had what it has had, in seats times nanoseconds, on the scale of this level alone
     * @param waiters the first one first
     */
    record QueueState(int index, double had, List<Waiter> waiters) {
        QueueState {
            waiters = List.copyOf(waiters);
        }
    }

    FairQueues(Queuing queuing) {
        this.queuing = queuing;
        this.queues = new Queue[queuing.queues()];
        Arrays.setAll(queues, i -> new Queue());
    }

    /** Adds a request of a flow; empty if the queue is full in which it would wait. */
    Optional<Waiter> add(Asked asked, int seats) {
        int chosen = shortest(asked.flow().hash());
        Queue queue = queues[chosen];
        if (queue.waiters.size() >= queuing.lengthMax()) {
            return Optional.empty();
        }
        if (queue.waiters.isEmpty()) {
            // Who asked for nothing has saved nothing.
            queue.had = Math.max(queue.had, now);
        }
        Waiter waiter = new Waiter(asked, seats, chosen);
        queue.waiters.add(waiter);
        waiting++;
        seatsWaiting += seats;
        return Optional.of(waiter);
    }

    /** How many wait where somebody waits. */
    int length(Waiter waiter) {
        return queues[waiter.queue()].waiters.size();
    }

    private int shortest(long flow) {
        int best = -1;
        for (int index : hand(flow, queuing.queues(), queuing.handSize())) {
            if (best < 0 || queues[index].waiters.size() < queues[best].waiters.size()) {
                best = index;
            }
        }
        return best;
    }

    /** Different queues, dealt by a flow's hash. */
    static int[] hand(long flow, int queues, int size) {
        int[] dealt = new int[Math.min(size, queues)];
        long left = flow;
        for (int n = 0; n < dealt.length; n++) {
            int remaining = queues - n;
            int card = (int) Long.remainderUnsigned(left, remaining);
            left = Long.divideUnsigned(left, remaining);
            int place = 0;
            // The card counts the queues that are not dealt yet; those dealt are in order.
            while (place < n && dealt[place] <= card) {
                card++;
                place++;
            }
            System.arraycopy(dealt, place, dealt, place + 1, n - place);
            dealt[place] = card;
        }
        return dealt;
    }

    /** Whose turn it is. */
    Optional<Waiter> first() {
        Queue best = null;
        for (Queue queue : queues) {
            if (!queue.waiters.isEmpty() && (best == null || queue.had < best.had)) {
                best = queue;
            }
        }
        return best == null ? Optional.empty() : Optional.ofNullable(best.waiters.peekFirst());
    }

    /** The first one has its seats. */
    void seated(Waiter waiter) {
        remove(waiter);
        Queue queue = queues[waiter.queue()];
        now = Math.max(now, queue.had);
        queue.had += waiter.seats() * GUESS;
    }

    /** A request no longer waits. */
    void remove(Waiter waiter) {
        if (queues[waiter.queue()].waiters.remove(waiter)) {
            waiting--;
            seatsWaiting -= waiter.seats();
        }
    }

    /** A request that had waited is done: its queue has had what it took, not what was guessed. */
    void done(Waiter waiter, long nanos) {
        queues[waiter.queue()].had += waiter.seats() * (nanos - GUESS);
    }

    /** All queues. */
    List<QueueState> states() {
        return IntStream.range(0, queues.length)
                .mapToObj(i -> new QueueState(i, queues[i].had, List.copyOf(queues[i].waiters)))
                .toList();
    }

    int waiting() {
        return waiting;
    }

    int seatsWaiting() {
        return seatsWaiting;
    }
}
