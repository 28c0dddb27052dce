package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.cel.Expressions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Values of expressions as JSON. */
final class Trees {

    private Trees() {}

    /**
     * A value as JSON.
     *
     * @throws IllegalArgumentException if it has no form in JSON
     */
    static @Nullable Object json(Object value) {
        if (value.equals(Expressions.NULL)) {
            return null;
        }
        return switch (value) {
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> fields = new LinkedHashMap<>();
                map.forEach((name, item) -> fields.put(String.valueOf(name), json(item)));
                yield fields;
            }
            case Iterable<?> list -> {
                List<@Nullable Object> items = new ArrayList<>();
                list.forEach(item -> items.add(json(item)));
                yield items;
            }
            case Optional<?> optional -> optional.isPresent() ? json(optional.get()) : null;
            case String text -> text;
            case Number number -> number;
            case Boolean truth -> truth;
            default ->
                    throw new IllegalArgumentException(
                            "a value of type %s has no form in JSON"
                                    .formatted(value.getClass().getSimpleName()));
        };
    }
}
