package dev.quilla.apiserver.custom;

import com.google.re2j.Pattern;
import dev.quilla.model.validation.FieldError;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The rules of JSON schemas for single values, with Kubernetes' words for what breaks them. */
final class Checks {

    private Checks() {}

    /** The rules that a schema has for its value. */
    static List<Check> of(Map<?, ?> schema) {
        List<Check> checks = new ArrayList<>();
        schema.forEach((key, limit) -> {
            switch ((String) key) {
                case "maximum" -> checks.add(maximum(schema, decimal(limit)));
                case "minimum" -> checks.add(minimum(schema, decimal(limit)));
                case "multipleOf" -> checks.add(multipleOf(decimal(limit)));
                case "maxLength" -> checks.add(maxLength(number(limit)));
                case "minLength" -> checks.add(minLength(number(limit)));
                case "pattern" -> checks.add(pattern((String) limit));
                case "maxItems" -> checks.add(maxItems(number(limit)));
                case "minItems" -> checks.add(minItems(number(limit)));
                case "maxProperties" -> checks.add(maxProperties(number(limit)));
                case "minProperties" -> checks.add(minProperties(number(limit)));
                case "enum" -> checks.add(oneOf((List<?>) limit));
                case "format" -> Formats.check((String) limit).ifPresent(checks::add);
                default -> {
                    // Says something else than a rule for the value.
                }
            }
        });
        return List.copyOf(checks);
    }

    private static BigDecimal decimal(Object number) {
        return new BigDecimal(number.toString());
    }

    private static long number(Object number) {
        return ((Number) number).longValue();
    }

    private static FieldError wrong(String path, Object value, String why) {
        return FieldError.invalid(path, Plain.shown(value), path + " in body " + why);
    }

    private static Check maximum(Map<?, ?> schema, BigDecimal limit) {
        boolean exclusive = SchemaParser.flag(schema, "exclusiveMaximum");
        String why = "should be less than " + (exclusive ? "" : "or equal to ") + plain(limit);
        return (value, path, errors) -> {
            if (value instanceof Number number
                    && decimal(number).compareTo(limit) > (exclusive ? -1 : 0)) {
                errors.add(wrong(path, value, why));
            }
        };
    }

    private static Check minimum(Map<?, ?> schema, BigDecimal limit) {
        boolean exclusive = SchemaParser.flag(schema, "exclusiveMinimum");
        String why = "should be greater than " + (exclusive ? "" : "or equal to ") + plain(limit);
        return (value, path, errors) -> {
            if (value instanceof Number number
                    && decimal(number).compareTo(limit) < (exclusive ? 1 : 0)) {
                errors.add(wrong(path, value, why));
            }
        };
    }

    private static Check multipleOf(BigDecimal factor) {
        return (value, path, errors) -> {
            if (value instanceof Number number && decimal(number).remainder(factor).signum() != 0) {
                errors.add(wrong(path, value, "should be a multiple of " + plain(factor)));
            }
        };
    }

    private static Check maxLength(long limit) {
        return (value, path, errors) -> {
            if (value instanceof String text && length(text) > limit) {
                errors.add(FieldError.tooLong(path, Math.toIntExact(limit)));
            }
        };
    }

    private static Check minLength(long limit) {
        return (value, path, errors) -> {
            if (value instanceof String text && length(text) < limit) {
                errors.add(wrong(path, value, "should be at least " + limit + " chars long"));
            }
        };
    }

    private static long length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** Linear in the length of what is matched, whatever the expression is. */
    private static Check pattern(String expression) {
        Pattern pattern = Pattern.compile(expression);
        return (value, path, errors) -> {
            if (value instanceof String text && !pattern.matcher(text).find()) {
                errors.add(wrong(path, value, "should match '" + expression + "'"));
            }
        };
    }

    private static Check maxItems(long limit) {
        return (value, path, errors) -> {
            if (value instanceof List<?> list && list.size() > limit) {
                errors.add(tooMany(path, list.size(), limit));
            }
        };
    }

    private static Check minItems(long limit) {
        return (value, path, errors) -> {
            if (value instanceof List<?> list && list.size() < limit) {
                errors.add(
                        FieldError.invalid(
                                path,
                                list.size(),
                                path + " in body should have at least " + limit + " items"));
            }
        };
    }

    private static Check maxProperties(long limit) {
        return (value, path, errors) -> {
            int size = Plain.size(value);
            if (size > limit) {
                errors.add(tooMany(path, size, limit));
            }
        };
    }

    private static Check minProperties(long limit) {
        return (value, path, errors) -> {
            int size = Plain.size(value);
            if (isObject(value) && size < limit) {
                errors.add(
                        FieldError.invalid(
                                path,
                                size,
                                path + " in body should have at least " + limit + " properties"));
            }
        };
    }

    private static boolean isObject(Object value) {
        return value instanceof Map || value instanceof dev.quilla.model.Struct;
    }

    private static FieldError tooMany(String path, int size, long limit) {
        return new FieldError(
                FieldError.Type.TOO_MANY,
                path,
                Integer.toString(size),
                "must have at most " + limit + " items");
    }

    private static Check oneOf(List<?> values) {
        List<String> supported =
                values.stream()
                        .map(v -> v instanceof String text ? text : String.valueOf(v))
                        .toList();
        return (value, path, errors) -> {
            if (values.stream().noneMatch(v -> Plain.same(v, value))) {
                errors.add(FieldError.notSupported(path, Plain.shown(value), supported));
            }
        };
    }

    private static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }
}
