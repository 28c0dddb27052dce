package dev.quilla.model.apply;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What is applied would change fields that other managers own. */
public final class ApplyConflictException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Conflict> conflicts;

    /**
     * A field that somebody else owns.
     *
     * @param with the manager, as people are told of it
     * @param field its path
     */
    public record Conflict(String with, String field) {}

    ApplyConflictException(List<Conflict> conflicts) {
        super(message(conflicts));
        this.conflicts = List.copyOf(conflicts);
    }

    /** All of them. */
    public List<Conflict> conflicts() {
        return conflicts;
    }

    private static String message(List<Conflict> conflicts) {
        if (conflicts.size() == 1) {
            Conflict one = conflicts.getFirst();
            return "Apply failed with 1 conflict: conflict with " + one.with() + ": " + one.field();
        }
        Map<String, List<Conflict>> byManager =
                conflicts.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Conflict::with, TreeMap::new, Collectors.toList()));
        String all =
                byManager.entrySet().stream()
                        .map(e -> "conflicts with " + e.getKey() + ":" + fields(e.getValue()))
                        .collect(Collectors.joining("\n"));
        return "Apply failed with " + conflicts.size() + " conflicts: " + all;
    }

    private static String fields(List<Conflict> conflicts) {
        return conflicts.stream().map(c -> "\n- " + c.field()).collect(Collectors.joining());
    }
}
