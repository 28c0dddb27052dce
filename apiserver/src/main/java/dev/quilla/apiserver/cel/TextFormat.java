package dev.quilla.apiserver.cel;

import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.NullValue;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * {@code 'text'.format([values])}, as the strings extension of the expression language defines it:
 * {@code %s}, {@code %d}, {@code %f}, {@code %e}, {@code %b}, {@code %o}, {@code %x}, {@code %X}
 * and {@code %%}, with a precision for {@code %f} and {@code %e}.
 */
final class TextFormat {

    private static final int PRECISION_DEFAULT = 6;

    /** More digits say nothing, and a text must not outgrow what made it. */
    private static final int PRECISION_MAX = 100;

    private static final int RADIX_HEX = 16;

    private final String pattern;
    private final List<?> values;
    private final StringBuilder out = new StringBuilder();
    private int at;
    private int used;

    private TextFormat(String pattern, List<?> values) {
        this.pattern = pattern;
        this.values = values;
    }

    static Functions functions() {
        return new Functions("text")
                .member(
                        "format",
                        SimpleType.STRING,
                        SimpleType.STRING,
                        String.class,
                        ListType.create(SimpleType.DYN),
                        List.class,
                        (pattern, values) -> new TextFormat(pattern, values).text());
    }

    private String text() {
        while (at < pattern.length()) {
            char c = pattern.charAt(at++);
            if (c != '%') {
                out.append(c);
            } else if (next() == '%') {
                at++;
                out.append('%');
            } else {
                clause();
            }
        }
        return out.toString();
    }

    private char next() {
        if (at >= pattern.length()) {
            throw new IllegalArgumentException("unexpected end of format string");
        }
        return pattern.charAt(at);
    }

    private void clause() {
        int precision = precision();
        char verb = next();
        at++;
        if (used >= values.size()) {
            throw new IllegalArgumentException("index " + used + " out of range");
        }
        Object value = values.get(used++);
        out.append(
                switch (verb) {
                    case 's' -> shown(value);
                    case 'd' -> decimal(value);
                    case 'f' -> fixed(number(value), precision);
                    case 'e' -> scientific(number(value), precision);
                    case 'b' ->
                            value instanceof Boolean truth
                                    ? truth ? "1" : "0"
                                    : Long.toString(whole(value), 2);
                    case 'o' -> Long.toString(whole(value), 8);
                    case 'x' -> hex(value);
                    case 'X' -> hex(value).toUpperCase(Locale.ROOT);
                    default ->
                            throw new IllegalArgumentException(
                                    "unrecognized formatting clause \"" + verb + "\"");
                });
    }

    private int precision() {
        if (next() != '.') {
            return PRECISION_DEFAULT;
        }
        int start = ++at;
        while (Character.isDigit(next())) {
            at++;
        }
        String digits = pattern.substring(start, at);
        if (digits.isEmpty() || digits.length() > 3 || Integer.parseInt(digits) > PRECISION_MAX) {
            throw new IllegalArgumentException("invalid precision \"" + digits + "\"");
        }
        return Integer.parseInt(digits);
    }

    private static String shown(Object value) {
        return switch (value) {
            case String text -> text;
            case NullValue _ -> "null";
            case Double number -> doubled(number);
            case List<?> list ->
                    list.stream()
                            .map(TextFormat::shown)
                            .collect(Collectors.joining(", ", "[", "]"));
            case Map<?, ?> map ->
                    map.entrySet().stream()
                            .map(e -> shown(e.getKey()) + ": " + shown(e.getValue()))
                            .sorted()
                            .collect(Collectors.joining(", ", "{", "}"));
            case java.time.Duration duration -> doubled(duration.toNanos() / 1_000_000_000.0) + "s";
            default -> value.toString();
        };
    }

    private static String doubled(double number) {
        boolean whole = number == Math.rint(number) && Math.abs(number) < 1e15;
        return whole ? Long.toString((long) number) : Double.toString(number);
    }

    private static String decimal(Object value) {
        return value instanceof Double number && !Double.isFinite(number)
                ? number.toString()
                : Long.toString(whole(value));
    }

    private static long whole(Object value) {
        if (value instanceof Number number && !(value instanceof Double)) {
            return number.longValue();
        }
        throw new IllegalArgumentException("an integer was expected, not " + shown(value));
    }

    private static double number(Object value) {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        throw new IllegalArgumentException("a number was expected, not " + shown(value));
    }

    private static String fixed(double number, int precision) {
        return Double.isFinite(number)
                ? new BigDecimal(number).setScale(precision, RoundingMode.HALF_EVEN).toPlainString()
                : Double.toString(number);
    }

    private static String scientific(double number, int precision) {
        return String.format(Locale.ROOT, "%." + precision + "e", number);
    }

    private static String hex(Object value) {
        return value instanceof String text
                ? HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8))
                : Long.toString(whole(value), RADIX_HEX);
    }
}
