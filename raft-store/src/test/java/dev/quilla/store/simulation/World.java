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

    private static final double TWICE = 0.02;

    private record Happening(long millis, long number, Runnable what) {}

    private final PriorityQueue<Happening> queue =
            new PriorityQueue<>(
                    Comparator.comparingLong(Happening::millis)
                            .thenComparingLong(Happening::number));
    private final Random random;
    private int[] side;
    private boolean[] mute;
    private long millis = 1_000;
    private long numbers;
    private double loss;
    private int delayMax = 10;

    World(long seed, int members) {
        this.random = new Random(seed);
        this.side = new int[members];
        this.mute = new boolean[members];
    }

    /** One of three to five members, by the seed. */
    static World of(long seed) {
        World world = new World(seed, 0);
        int members = 3 + world.below(3);
        world.side = new int[members];
        world.mute = new boolean[members];
        return world;
    }

    int members() {
        return side.length;
    }

    int anyMember() {
        return below(side.length);
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
                1 + below(chance(0.05) ? 300 : delayMax),
                () -> {
                    if (hears(to, from)) {
                        arrives.run();
                    }
                });
    }

    /** Carries one that may also come twice. */
    void sendOnceOrTwice(int from, int to, Runnable arrives) {
        send(from, to, arrives);
        if (chance(TWICE)) {
            send(from, to, arrives);
        }
    }

    private boolean hears(int to, int from) {
        return side[from] == side[to] && (!mute[from] || from == to);
    }

    /** Whether each hears the other. */
    boolean reaches(int from, int to) {
        return hears(to, from) && hears(from, to);
    }

    void lose(double share) {
        loss = share;
    }

    void slowDown(int delay) {
        delayMax = delay;
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

    /** Nobody hears this one any more, but it hears the others. */
    void mute(int member) {
        mute[member] = true;
    }

    void heal() {
        Arrays.fill(side, 0);
        Arrays.fill(mute, false);
        loss = 0;
        delayMax = 10;
    }
}
