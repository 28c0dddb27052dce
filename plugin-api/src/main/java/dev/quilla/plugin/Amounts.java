package dev.quilla.plugin;

import java.util.HashMap;
import java.util.Map;

/**
 * Amounts of resources in base units: {@code cpu} in thousandths of a core, all others in whole
 * units (bytes for memory). A resource that is not named is zero. Immutable.
 *
 * @param values amount by resource name
 */
public record Amounts(Map<String, Long> values) {

    /** Nothing of anything. */
    public static final Amounts NONE = new Amounts(Map.of());

    public Amounts {
        values = Map.copyOf(values);
    }

    /** The amount of one resource; 0 where it is not named. */
    public long get(String resource) {
        return values.getOrDefault(resource, 0L);
    }

    /** The sum, resource by resource. */
    public Amounts plus(Amounts other) {
        return combine(other, 1);
    }

    /** The difference, resource by resource; can be negative. */
    public Amounts minus(Amounts other) {
        return combine(other, -1);
    }

    /** The larger amount of each resource. */
    public Amounts max(Amounts other) {
        Map<String, Long> result = new HashMap<>(values);
        other.values.forEach((name, amount) -> result.merge(name, amount, Math::max));
        return new Amounts(result);
    }

    private Amounts combine(Amounts other, int sign) {
        if (other.values.isEmpty()) {
            return this;
        }
        Map<String, Long> result = new HashMap<>(values);
        other.values.forEach((name, amount) -> result.merge(name, sign * amount, Math::addExact));
        return new Amounts(result);
    }
}
