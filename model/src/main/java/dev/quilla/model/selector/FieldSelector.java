package dev.quilla.model.selector;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Chooses objects by their fields; all requirements must hold.
 *
 * @param requirements none means that everything is chosen
 */
public record FieldSelector(List<Requirement> requirements) {

    public FieldSelector {
        requirements = List.copyOf(requirements);
    }

    /** A field that must, or must not, have a value. */
    public record Requirement(String field, String value, boolean equal) {}

    /** Chooses everything. */
    public static FieldSelector everything() {
        return new FieldSelector(List.of());
    }

    /**
     * Reads {@code spec.nodeName=n,status.phase!=Failed}.
     *
     * @throws IllegalArgumentException if the text isn't a selector
     */
    public static FieldSelector parse(String text) {
        List<Requirement> requirements = new ArrayList<>();
        for (String part : text.split(",")) {
            if (part.isBlank()) {
                continue;
            }
            int sign = part.indexOf('=');
            if (sign <= 0) {
                throw new IllegalArgumentException(
                        "invalid selector: '" + text + "'; can't understand '" + part + "'");
            }
            boolean equal = part.charAt(sign - 1) != '!';
            String field = part.substring(0, equal ? sign : sign - 1).strip();
            String value = part.substring(sign + 1);
            requirements.add(
                    new Requirement(
                            field, value.startsWith("=") ? value.substring(1) : value, equal));
        }
        return new FieldSelector(requirements);
    }

    /** Whether everything is chosen. */
    public boolean isEverything() {
        return requirements.isEmpty();
    }

    /** The value that a field must have, if one is required. */
    public Optional<String> exact(String field) {
        return requirements.stream()
                .filter(r -> r.equal() && r.field().equals(field))
                .map(Requirement::value)
                .findFirst();
    }

    /**
     * Whether an object is chosen.
     *
     * @param valueOf the value of a field of it; empty text where it has none
     */
    public boolean matches(UnaryOperator<String> valueOf) {
        return requirements.stream()
                .allMatch(r -> valueOf.apply(r.field()).equals(r.value()) == r.equal());
    }
}
