package dev.quilla.apiserver.cel;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON as expressions see it where no schema says more. */
public final class PlainValues {

    private PlainValues() {}

    /** A JSON tree as the value of a variable. */
    public static Object of(@Nullable Object tree) {
        return switch (tree) {
            case null -> Expressions.NULL;
            case Map<?, ?> map -> {
                Map<String, Object> fields = new LinkedHashMap<>();
                map.forEach((name, value) -> fields.put((String) name, of(value)));
                yield fields;
            }
            case List<?> list -> {
                List<Object> items = new ArrayList<>(list.size());
                list.forEach(item -> items.add(of(item)));
                yield items;
            }
            case BigDecimal number -> number.doubleValue();
            case BigInteger number -> number.doubleValue();
            case Integer number -> number.longValue();
            default -> tree;
        };
    }
}
