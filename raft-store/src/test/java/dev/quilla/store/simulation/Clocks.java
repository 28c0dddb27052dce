package dev.quilla.store.simulation;

import java.time.Duration;

/**
 * The members' clocks. None ever goes back, as {@code System.nanoTime} does not, but one may leap
 * ahead, as it does when its machine was asleep.
 */
final class Clocks {

    private final World world;
    private final long[] ahead;

    Clocks(World world) {
        this.world = world;
        this.ahead = new long[world.members()];
    }

    /** What a member's clock says, or said before. */
    long nanos(int member, long millisAgo) {
        return Duration.ofMillis(world.millis() + ahead[member] - millisAgo).toNanos();
    }

    void leap(int member, long millis) {
        ahead[member] += millis;
    }
}
