package dev.quilla.benchmarks.api;

import dev.quilla.benchmarks.Latencies;

/**
 * What was measured.
 *
 * @param value in that unit
 * @param unit what ends in /s is better when it is larger, all others when smaller
 * @param cpuMs what all masters together took for an operation; 0 where that says nothing
 * @param latencies of the operations; of none where there are none
 */
record Result(double value, String unit, double cpuMs, Latencies latencies) {

    /** Without operations. */
    static Result of(double value, String unit) {
        return new Result(value, unit, 0, new Latencies(new long[0]));
    }

    boolean isRate() {
        return unit.endsWith("/s");
    }
}
