package dev.quilla.store;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A vector of named whole numbers: what a counter key holds, what is added to it, and its limits. A
 * name that is not there counts as 0 in a sum, and as unlimited in a limit.
 *
 * @param byName in the order of their names
 */
public record Amounts(SortedMap<String, Long> byName) {

    /** Nothing. */
    public static final Amounts NONE = new Amounts(new TreeMap<>());

    public Amounts {
        byName = Collections.unmodifiableSortedMap(new TreeMap<>(byName));
        if (byName.keySet().stream().anyMatch(n -> n.contains("=") || n.contains("\n"))) {
            throw new IllegalArgumentException("an amount's name has neither = nor line ends");
        }
    }

    /** A vector of these. */
    public static Amounts of(Map<String, Long> byName) {
        return new Amounts(new TreeMap<>(byName));
    }

    /**
     * Reads {@link #bytes}.
     *
     * @throws IllegalArgumentException if they are something else
     */
    public static Amounts of(Bytes bytes) {
        SortedMap<String, Long> byName = new TreeMap<>();
        String text = new String(bytes.shared(), StandardCharsets.UTF_8);
        for (String line : text.lines().toList()) {
            int split = line.indexOf('=');
            if (split < 0) {
                throw new IllegalArgumentException("not amounts: " + line);
            }
            byName.put(line.substring(0, split), Long.parseLong(line.substring(split + 1)));
        }
        return new Amounts(byName);
    }

    /** A line a name, so that a person can read them. */
    public Bytes bytes() {
        String text =
                byName.entrySet().stream()
                        .map(e -> e.getKey() + "=" + e.getValue() + "\n")
                        .collect(Collectors.joining());
        return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The amount of a name. */
    public long of(String name) {
        return byName.getOrDefault(name, 0L);
    }

    /**
     * The sum of two vectors.
     *
     * @throws ArithmeticException if an amount becomes too large to count
     */
    public Amounts plus(Amounts other) {
        SortedMap<String, Long> sum = new TreeMap<>(byName);
        other.byName.forEach((name, amount) -> sum.merge(name, amount, Math::addExact));
        return new Amounts(sum);
    }

    /** Whether adding something would take an amount beyond its limit. Taking away never does. */
    public boolean wouldExceed(Amounts added, Amounts limit) {
        return added.byName.entrySet().stream()
                .filter(e -> e.getValue() > 0 && limit.byName.containsKey(e.getKey()))
                .anyMatch(e -> of(e.getKey()) > limit.of(e.getKey()) - e.getValue());
    }
}
