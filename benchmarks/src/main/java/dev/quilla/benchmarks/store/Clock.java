package dev.quilla.benchmarks.store;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The time that all processes of a machine share. */
final class Clock {

    private Clock() {}

    /** Microseconds since 1970. */
    static long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
