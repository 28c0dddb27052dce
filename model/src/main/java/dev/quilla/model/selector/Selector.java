package dev.quilla.model.selector;

import dev.quilla.model.meta.v1.LabelSelector;
import dev.quilla.model.meta.v1.LabelSelectorRequirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Chooses objects by their labels; all requirements must hold.
 *
 * @param requirements none means that everything is chosen
 * @param nothing chooses nothing at all, whatever the requirements
 */
public record Selector(List<Requirement> requirements, boolean nothing) {

    private static final Selector EVERYTHING = new Selector(List.of(), false);
    private static final Selector NOTHING = new Selector(List.of(), true);

    public Selector {
        requirements = List.copyOf(requirements);
    }

    /** How a label's value is compared. */
    public enum Operator {
        IN,
        NOT_IN,
        EXISTS,
        DOES_NOT_EXIST,
        GREATER,
        LESS
    }

    /** One condition on one label. */
    public record Requirement(String key, Operator operator, Set<String> values) {

        public Requirement {
            values = Set.copyOf(values);
        }

        boolean holds(Map<String, String> labels) {
            String value = labels.get(key);
            return switch (operator) {
                case IN -> value != null && values.contains(value);
                case NOT_IN -> value == null || !values.contains(value);
                case EXISTS -> value != null;
                case DOES_NOT_EXIST -> value == null;
                case GREATER -> value != null && compare(value) > 0;
                case LESS -> value != null && compare(value) < 0;
            };
        }

        private int compare(String value) {
            try {
                return Long.compare(
                        Long.parseLong(value), Long.parseLong(values.iterator().next()));
            } catch (NumberFormatException e) {
                return 0;
            }
        }

        @Override
        public String toString() {
            String list = values.stream().sorted().collect(Collectors.joining(","));
            return switch (operator) {
                case IN -> values.size() == 1 ? key + "=" + list : key + " in (" + list + ")";
                case NOT_IN ->
                        values.size() == 1 ? key + "!=" + list : key + " notin (" + list + ")";
                case EXISTS -> key;
                case DOES_NOT_EXIST -> "!" + key;
                case GREATER -> key + ">" + list;
                case LESS -> key + "<" + list;
            };
        }
    }

    /** Chooses everything. */
    public static Selector everything() {
        return EVERYTHING;
    }

    /** Chooses nothing. */
    public static Selector none() {
        return NOTHING;
    }

    /** Chooses what has all these labels. */
    public static Selector of(Map<String, String> labels) {
        List<Requirement> requirements = new ArrayList<>();
        labels.forEach((k, v) -> requirements.add(new Requirement(k, Operator.IN, Set.of(v))));
        return new Selector(requirements, false);
    }

    /**
     * The selector that an object holds; an empty one chooses everything.
     *
     * @throws IllegalArgumentException if an operator is unknown
     */
    public static Selector of(LabelSelector selector) {
        List<Requirement> requirements = new ArrayList<>(of(selector.matchLabels()).requirements());
        for (LabelSelectorRequirement r : selector.matchExpressions()) {
            requirements.add(
                    new Requirement(r.key(), operator(r.operator()), Set.copyOf(r.values())));
        }
        return new Selector(requirements, false);
    }

    /**
     * Reads {@code a=b,c!=d,e in (f,g),h,!i}.
     *
     * @throws IllegalArgumentException if the text isn't a selector; says where
     */
    public static Selector parse(String text) {
        return text.isBlank() ? EVERYTHING : new SelectorParser(text).parse();
    }

    /** Whether an object with these labels is chosen. */
    public boolean matches(Map<String, String> labels) {
        return !nothing && requirements.stream().allMatch(r -> r.holds(labels));
    }

    private static Operator operator(String name) {
        return switch (name) {
            case "In" -> Operator.IN;
            case "NotIn" -> Operator.NOT_IN;
            case "Exists" -> Operator.EXISTS;
            case "DoesNotExist" -> Operator.DOES_NOT_EXIST;
            default ->
                    throw new IllegalArgumentException(
                            "\"" + name + "\" is not a valid label selector operator");
        };
    }

    @Override
    public String toString() {
        return requirements.stream().map(Requirement::toString).collect(Collectors.joining(","));
    }
}
