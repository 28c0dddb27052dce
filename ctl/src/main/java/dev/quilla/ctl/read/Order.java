package dev.quilla.ctl.read;

import dev.quilla.model.jsonpath.JsonPath;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Orders objects by what a path finds in them: numbers as such, all else as text. */
final class Order {

    private Order() {}

    static <T> Comparator<T> by(JsonPath path, Function<T, @Nullable Object> tree) {
        return (a, b) -> compare(path.apply(tree.apply(a)), path.apply(tree.apply(b)));
    }

    private static int compare(String a, String b) {
        return isNumber(a) && isNumber(b)
                ? new BigDecimal(a).compareTo(new BigDecimal(b))
                : a.compareTo(b);
    }

    private static boolean isNumber(String text) {
        return text.matches("-?\\d{1,30}(\\.\\d{1,30})?");
    }
}
