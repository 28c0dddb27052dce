package dev.quilla.store;

import java.time.Duration;

/** How new a view must be. */
public sealed interface Freshness {

    /** It has everything that was acknowledged anywhere before it was asked for. */
    record Linearizable() implements Freshness {}

    /** It has that revision; waits for it. */
    record AtLeast(long revision, Duration atMost) implements Freshness {}

    /** Whatever this member has. */
    record Any() implements Freshness {}
}
