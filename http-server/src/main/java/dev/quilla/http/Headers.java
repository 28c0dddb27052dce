package dev.quilla.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Header fields; names compare without case. Immutable.
 *
 * @param fields values by name
 */
public record Headers(Map<String, List<String>> fields) {

    /** None. */
    public static final Headers NONE = new Headers(Map.of());

    public Headers {
        Map<String, List<String>> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        fields.forEach((name, values) -> sorted.put(name, List.copyOf(values)));
        fields = java.util.Collections.unmodifiableMap(sorted);
    }

    /** One field. */
    public static Headers of(String name, String value) {
        return NONE.with(name, value);
    }

    /** These fields and one more. */
    public Headers with(String name, String value) {
        Map<String, List<String>> more = new LinkedHashMap<>(fields);
        List<String> values = new ArrayList<>(all(name));
        values.add(value);
        more.keySet().removeIf(n -> n.equalsIgnoreCase(name));
        more.put(name, values);
        return new Headers(more);
    }

    /** The first value of a field. */
    public Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }

    /** All values of a field. */
    public List<String> all(String name) {
        return fields.getOrDefault(name, List.of());
    }

    /** Whether a field, read as a comma-separated list, has a word. */
    public boolean contains(String name, String word) {
        return all(name).stream()
                .flatMap(v -> List.of(v.split(",")).stream())
                .anyMatch(v -> v.strip().equalsIgnoreCase(word));
    }
}
