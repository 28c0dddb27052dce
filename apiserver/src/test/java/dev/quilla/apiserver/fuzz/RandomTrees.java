package dev.quilla.apiserver.fuzz;

import dev.quilla.model.Definition;
import dev.quilla.model.Field;
import dev.quilla.model.ValueType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes JSON trees that look like objects of a type: fields have the right type mostly, a strange
 * value often, and a value of another type now and then.
 */
final class RandomTrees {

    private static final int DEPTH_MAX = 8;
    private static final int STRANGE = 40;

    private static final List<String> TEXTS =
            List.of(
                    "",
                    "a",
                    "web",
                    "a-1",
                    "example.com/a",
                    "example.com",
                    "a.example.com",
                    "v1",
                    "Pod",
                    "Always",
                    "TCP",
                    "ClusterIP",
                    "None",
                    "In",
                    "Exists",
                    "10.0.0.1",
                    "10.0.0.0/8",
                    "::1",
                    "fd00::/8",
                    "*/5 * * * *",
                    "Europe/Berlin",
                    "https://example.com/x",
                    "/a/b",
                    "../..",
                    "50%",
                    "-1%",
                    "true",
                    "true && 1 == 1",
                    "object.spec",
                    "self.size() < 3",
                    ".spec.a[0]",
                    "(((((((((((",
                    "[a-",
                    "ü",
                    "日本",
                    "\ud83d\ude00",
                    "LONE-SURROGATE",
                    "\u0000",
                    "\r\nX-Evil: 1",
                    "\"",
                    "'",
                    "{{}}",
                    "$(A)",
                    "%00",
                    "x".repeat(70),
                    "y".repeat(5_000));

    private static final List<String> QUANTITIES =
            List.of("1", "250m", "1Gi", "2e3", "0", "-3k", "1e18", "9".repeat(30), "1n", "x", "");

    private static final int QUANTITIES_GOOD = 9;

    private static final List<String> TIMES =
            List.of(
                    "2030-01-02T03:04:05Z",
                    "2030-01-02T03:04:05.123456Z",
                    "0001-01-01T00:00:00Z",
                    "9999-12-31T23:59:59+18:00",
                    "2030-13-01T00:00:00Z",
                    "+999999999-12-31T23:59:59Z",
                    "soon");

    private static final List<Object> NUMBERS =
            List.of(
                    0L,
                    1L,
                    -1L,
                    3L,
                    80L,
                    65_536L,
                    Integer.MAX_VALUE,
                    Integer.MIN_VALUE,
                    Long.MAX_VALUE,
                    Long.MIN_VALUE,
                    BigInteger.TWO.pow(200),
                    new BigDecimal("1e400"),
                    new BigDecimal("1e999999999"),
                    new BigDecimal("1e-999999999"),
                    new BigDecimal("0.1"));

    private final RandomGenerator random;

    /** Whether values may be such that no codec takes them; else only rules can refuse them. */
    private final boolean strange;

    RandomTrees(RandomGenerator random) {
        this.random = random;
        this.strange = random.nextInt(3) == 0;
    }

    /** An object of a type, of that kind. */
    Map<String, @Nullable Object> object(Definition definition, String apiVersion, String kind) {
        Map<String, @Nullable Object> tree = struct(definition, 0);
        tree.put("apiVersion", apiVersion);
        tree.put("kind", kind);
        Map<String, Object> metadata = new LinkedHashMap<>();
        if (tree.get("metadata") instanceof Map<?, ?> made && random.nextInt(4) == 0) {
            made.forEach((k, v) -> {
                if (v != null) {
                    metadata.put((String) k, v);
                }
            });
        }
        metadata.put("name", "f" + random.nextInt(50));
        tree.put("metadata", metadata);
        return tree;
    }

    /** Anything. */
    @Nullable Object anything(int depth) {
        return switch (random.nextInt(depth > 3 ? 5 : 7)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> pick(NUMBERS);
            case 3, 4 -> pick(TEXTS);
            case 5 -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(anything(depth + 1));
                }
                yield list;
            }
            default -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    map.put(pick(TEXTS), anything(depth + 1));
                }
                yield map;
            }
        };
    }

    private Map<String, @Nullable Object> struct(Definition definition, int depth) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        for (Field field : definition.fields()) {
            boolean deep = depth >= DEPTH_MAX && field.struct().isPresent();
            if (!field.isRest() && !deep && random.nextInt(3 + depth) < 2) {
                tree.put(field.name(), value(field.type(), depth + 1));
            }
        }
        if (strange && random.nextInt(STRANGE) == 0) {
            tree.put(pick(TEXTS), anything(0));
        }
        return tree;
    }

    private @Nullable Object value(ValueType type, int depth) {
        if (strange && random.nextInt(STRANGE) == 0) {
            return anything(0);
        }
        return switch (type) {
            case ValueType.StructType s -> struct(s.definition(), depth);
            case ValueType.ListType list -> {
                List<@Nullable Object> items = new ArrayList<>();
                for (int i = random.nextInt(3); i > 0; i--) {
                    items.add(value(list.element(), depth));
                }
                yield items;
            }
            case ValueType.MapType map -> {
                Map<String, @Nullable Object> entries = new LinkedHashMap<>();
                for (int i = random.nextInt(3); i > 0; i--) {
                    entries.put(pick(TEXTS), value(map.value(), depth));
                }
                yield entries;
            }
            case ValueType.Scalar scalar -> scalar(scalar);
        };
    }

    private @Nullable Object scalar(ValueType.Scalar type) {
        return switch (type) {
            case STRING -> pick(TEXTS);
            case INT32 -> strange ? pick(NUMBERS) : (Object) random.nextInt(-2, 100);
            case INT64 -> strange ? pick(NUMBERS) : (Object) random.nextLong(-2, 1L << 40);
            case DOUBLE -> strange ? pick(NUMBERS) : (Object) random.nextLong(-2, 9);
            case BOOL -> random.nextBoolean();
            case BYTES -> strange ? pick(TEXTS) : "aGVsbG8=";
            case TIME, MICROTIME -> strange ? pick(TIMES) : TIMES.get(1);
            case QUANTITY ->
                    strange ? pick(NUMBERS) : QUANTITIES.get(random.nextInt(QUANTITIES_GOOD));
            case INT_OR_STRING ->
                    random.nextBoolean() ? pick(TEXTS) : (Object) random.nextInt(-2, 70_000);
            case RAW, ANY -> anything(0);
        };
    }

    <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
