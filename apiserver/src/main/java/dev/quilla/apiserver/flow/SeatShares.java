package dev.quilla.apiserver.flow;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many of the server's seats each level has: what it has by its shares, and between which
 * limits that moves with what is asked of it and of the others. Pure.
 */
final class SeatShares {

    /** Halvings until two fair fractions make no difference of a seat. */
    private static final int STEPS = 60;

    private static final double FRACTION_MAX = 1e6;

    private SeatShares() {}

    /**
     * A level's seats.
     *
     * @param nominal by its shares
     * @param least what is left when it has lent all that it lends
     * @param most what it has when it has borrowed all that it may
     */
    record Range(int nominal, int least, int most) {}

    /**
     * What is asked of a level.
     *
     * @param high the most seats that were wanted at once, of late
     * @param smooth the seats wanted over a longer time
     */
    record Demand(double high, double smooth) {}

    static Map<String, Range> ranges(Map<String, LevelSettings> levels, int seats) {
        long sum = levels.values().stream().mapToLong(LevelSettings::shares).sum();
        Map<String, Range> ranges = new LinkedHashMap<>();
        levels.forEach((name, level) -> ranges.put(name, range(level, seats, sum)));
        return ranges;
    }

    private static Range range(LevelSettings level, int seats, long sum) {
        int nominal = sum == 0 ? 0 : (int) Math.ceilDiv((long) seats * level.shares(), sum);
        int lendable = percent(nominal, level.lendablePercent());
        int borrowing =
                level.borrowingLimitPercent().isPresent()
                        ? percent(nominal, level.borrowingLimitPercent().getAsInt())
                        : seats;
        return new Range(nominal, nominal - lendable, nominal + borrowing);
    }

    private static int percent(int of, int percent) {
        return (int) Math.min(Integer.MAX_VALUE / 2, Math.round(of * (percent / 100.0)));
    }

    /**
     * The seats of each level now: each has what it needs up to its nominal seats, and the rest in
     * proportion to what is asked of it, within its range.
     */
    static Map<String, Integer> limits(
            Map<String, Range> ranges, Map<String, Demand> demands, int seats) {
        double low = 0;
        double high = FRACTION_MAX;
        for (int i = 0; i < STEPS; i++) {
            double middle = (low + high) / 2;
            if (total(ranges, demands, middle) > seats) {
                high = middle;
            } else {
                low = middle;
            }
        }
        Map<String, Integer> limits = new LinkedHashMap<>();
        double fraction = low;
        ranges.forEach((name, range) ->
                limits.put(
                        name, (int) Math.round(seatsOf(range, demand(demands, name), fraction))));
        return limits;
    }

    private static double total(
            Map<String, Range> ranges, Map<String, Demand> demands, double fraction) {
        double total = 0;
        for (Map.Entry<String, Range> range : ranges.entrySet()) {
            total += seatsOf(range.getValue(), demand(demands, range.getKey()), fraction);
        }
        return total;
    }

    private static Demand demand(Map<String, Demand> demands, String name) {
        return demands.getOrDefault(name, new Demand(0, 0));
    }

    private static double seatsOf(Range range, Demand demand, double fraction) {
        double needed = Math.max(range.least(), Math.min(range.nominal(), demand.high()));
        double target = Math.max(1, Math.max(range.least(), demand.smooth()));
        return Math.min(range.most(), Math.max(needed, fraction * target));
    }
}
