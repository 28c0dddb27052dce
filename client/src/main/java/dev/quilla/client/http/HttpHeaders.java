package dev.quilla.client.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The header fields of a response. Names are found in any case. Immutable. */
public final class HttpHeaders {

    private final Map<String, List<String>> fields;

    HttpHeaders(List<Map.Entry<String, String>> all) {
        Map<String, List<String>> map = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.forEach(f -> map.computeIfAbsent(f.getKey(), k -> new ArrayList<>()).add(f.getValue()));
        map.replaceAll((name, values) -> List.copyOf(values));
        this.fields = map;
    }

    /** The first value of a field. */
    public Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }

    /** All values of a field. */
    public List<String> all(String name) {
        return fields.getOrDefault(name, List.of());
    }

    /** All fields, sorted by name. */
    public Map<String, List<String>> toMap() {
        return Map.copyOf(fields);
    }

    /** Whether a comma-separated field holds a token. */
    boolean has(String name, String token) {
        return all(name).stream()
                .flatMap(value -> List.of(value.split(",", -1)).stream())
                .anyMatch(part -> part.strip().toLowerCase(Locale.ROOT).equals(token));
    }
}
