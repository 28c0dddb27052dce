package dev.quilla.apiserver.quota;

import dev.quilla.model.Quantity;
import dev.quilla.store.Amounts;
import java.util.Map;
import java.util.TreeMap;

/** Quantities as the whole numbers that counters hold: thousandths of processors, else units. */
final class Units {

    private Units() {}

    static long of(String name, Quantity amount) {
        return isCpu(name) ? amount.milliValue() : amount.value();
    }

    static Amounts of(Map<String, Quantity> amounts) {
        Map<String, Long> units = new TreeMap<>();
        amounts.forEach((name, amount) -> units.put(name, of(name, amount)));
        return Amounts.of(units);
    }

    /**
     * The quantity of a number of units.
     *
     * @param like is written in the unit family that it is wanted in
     */
    static Quantity quantity(String name, long units, Quantity like) {
        if (isCpu(name)) {
            return Quantity.ofMilli(units);
        }
        String text = like.toString();
        boolean plain = Character.isDigit(text.charAt(text.length() - 1));
        boolean bytes = name.endsWith("memory") || name.endsWith("storage");
        return text.endsWith("i") || (plain && bytes)
                ? Quantity.ofBytes(units)
                : Quantity.of(units);
    }

    private static boolean isCpu(String name) {
        return name.equals("cpu") || name.equals("requests.cpu") || name.equals("limits.cpu");
    }
}
