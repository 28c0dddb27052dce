package dev.quilla.benchmarks;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.LongStream;

/** How long many calls took. */
public record Latencies(long[] sortedNanos) {

    private static final double NANOS_PER_MS = 1e6;

    /** Of these calls, in any order. */
    public static Latencies of(LongStream nanos) {
        long[] sorted = nanos.toArray();
        Arrays.sort(sorted);
        return new Latencies(sorted);
    }

    /** How many there were. */
    public int count() {
        return sortedNanos.length;
    }

    /** Milliseconds within which this share of the calls was answered; 0 if there were none. */
    public double ms(double share) {
        if (sortedNanos.length == 0) {
            return 0;
        }
        int index = (int) Math.ceil(share * sortedNanos.length) - 1;
        return sortedNanos[Math.max(0, index)] / NANOS_PER_MS;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "p50 %.1f ms, p99 %.1f ms, max %.1f ms", ms(0.5), ms(0.99), ms(1));
    }
}
