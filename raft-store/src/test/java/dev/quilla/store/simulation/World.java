package dev.quilla.store.simulation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Time, network and chance of a simulation, in one thread: whatever is to happen waits in a queue,
 * and the seed alone decides in which order it comes.
 */
final class World {

    private record Happening(long millis, long number, Runnable what) {}

    private final PriorityQueue<Happening> queue =
            new PriorityQueue<>(
                    Comparator.comparingLong(Happening::millis)
                            .thenComparingLong(Happening::number));
    private final Random random;
    private final int[] side;
    private long millis = 1_000;
    private long numbers;
    private double loss;

    World(long seed, int members) {
        this.random = new Random(seed);
        this.side = new int[members];
    }

    long millis() {
        return millis;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    void after(long delay, Runnable what) {
        queue.add(new Happening(millis + delay, numbers++, what));
    }

    /** Lets the next thing happen, if there is one. */
    boolean step() {
        Happening next = queue.poll();
        if (next == null) {
            return false;
        }
        millis = next.millis();
        next.what().run();
        return true;
    }

    /** Carries a message: late, out of order, or not at all. */
    void send(int from, int to, Runnable arrives) {
        if (chance(loss)) {
            return;
        }
        after(
                1 + below(chance(0.05) ? 300 : 10),
                () -> {
                    if (reaches(from, to)) {
                        arrives.run();
                    }
                });
    }

    boolean reaches(int from, int to) {
        return side[from] == side[to];
    }

    void lose(double share) {
        loss = share;
    }

    void part() {
        for (int i = 0; i < side.length; i++) {
            side[i] = below(2);
        }
    }

    void isolate(int member) {
        Arrays.fill(side, 0);
        side[member] = 1;
    }

    void heal() {
        Arrays.fill(side, 0);
        loss = 0;
    }
}
