package dev.quilla.model.jsonpath;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A step of a path: from a value to those that it leads to. */
sealed interface PathStep {

    void follow(@Nullable Object from, List<@Nullable Object> into);

    /** {@code .name}. */
    record Child(String name) implements PathStep {
        @Override
        public void follow(@Nullable Object from, List<@Nullable Object> into) {
            if (from instanceof Map<?, ?> map && map.containsKey(name)) {
                into.add(map.get(name));
            }
        }
    }

    /** {@code [*]} or {@code .*}. */
    record All() implements PathStep {
        @Override
        public void follow(@Nullable Object from, List<@Nullable Object> into) {
            into.addAll(children(from));
        }
    }

    /** {@code ..}: the value and all inside. */
    record Everywhere() implements PathStep {
        @Override
        public void follow(@Nullable Object from, List<@Nullable Object> into) {
            into.add(from);
            children(from).forEach(child -> follow(child, into));
        }
    }

    /**
     * {@code [1]}, {@code [-1]}, {@code [0:2]}; negative numbers count from the end.
     *
     * @param to the first index no longer taken; empty for the end
     */
    record Slice(int from, Optional<Integer> to) implements PathStep {
        @Override
        public void follow(@Nullable Object value, List<@Nullable Object> into) {
            if (value instanceof List<?> list) {
                int first = Math.max(0, absolute(from, list.size()));
                int last =
                        Math.min(
                                list.size(),
                                to.map(t -> absolute(t, list.size())).orElse(list.size()));
                into.addAll(first < last ? list.subList(first, last) : List.of());
            }
        }

        private static int absolute(int index, int size) {
            return index < 0 ? index + size : index;
        }
    }

    /** {@code [-1]} and {@code [1]}: one item. */
    record Item(int index) implements PathStep {
        @Override
        public void follow(@Nullable Object value, List<@Nullable Object> into) {
            if (value instanceof List<?> list) {
                int at = index < 0 ? index + list.size() : index;
                if (at >= 0 && at < list.size()) {
                    into.add(list.get(at));
                }
            }
        }
    }

    /** {@code ['a','b']}. */
    record Union(List<PathStep> steps) implements PathStep {
        @Override
        public void follow(@Nullable Object from, List<@Nullable Object> into) {
            steps.forEach(step -> step.follow(from, into));
        }
    }

    /**
     * {@code [?(@.type=="Ready")]}.
     *
     * @param operator empty: it is enough that the path finds something
     */
    record Filter(List<PathStep> path, String operator, Object operand) implements PathStep {
        @Override
        public void follow(@Nullable Object from, List<@Nullable Object> into) {
            for (Object child : children(from)) {
                List<@Nullable Object> found = JsonPath.find(path, child);
                if (found.stream().anyMatch(this::holds)) {
                    into.add(child);
                }
            }
        }

        private boolean holds(@Nullable Object value) {
            return switch (operator) {
                case "" -> true;
                case "==" -> same(value);
                case "!=" -> !same(value);
                case "<" -> order(value) < 0;
                case "<=" -> order(value) <= 0;
                case ">" -> order(value) > 0;
                default -> order(value) >= 0;
            };
        }

        private boolean same(@Nullable Object value) {
            return value instanceof Number && operand instanceof Number
                    ? order(value) == 0
                    : Objects.equals(value, operand);
        }

        private int order(@Nullable Object value) {
            return value instanceof Number && operand instanceof Number
                    ? new BigDecimal(value.toString()).compareTo(new BigDecimal(operand.toString()))
                    : String.valueOf(value).compareTo(operand.toString());
        }
    }

    private static Collection<? extends @Nullable Object> children(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> map -> map.values();
            case List<?> list -> list;
            case null, default -> List.of();
        };
    }
}
