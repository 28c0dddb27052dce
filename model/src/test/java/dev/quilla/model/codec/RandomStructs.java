package dev.quilla.model.codec;

import dev.quilla.model.Bytes;
import dev.quilla.model.Definition;
import dev.quilla.model.Field;
import dev.quilla.model.IntOrString;
import dev.quilla.model.Quantity;
import dev.quilla.model.RawJson;
import dev.quilla.model.Struct;
import dev.quilla.model.StructBuilder;
import dev.quilla.model.ValueType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Makes objects of any type, with only what survives protobuf: no zero that stands for nothing. */
final class RandomStructs {

    private static final int DEPTH_MAX = 9;
    private static final List<String> TEXTS =
            List.of("a", "b-1", "ü", "日本", "\"quoted\"", "\n", "x".repeat(300));
    private static final List<String> QUANTITIES = List.of("1", "250m", "1Gi", "2e3", "0", "-3k");
    private static final List<String> RAW = List.of("{}", "[1,2.5]", "{\"a\":{\"b\":null}}", "7");

    private final RandomGenerator random;

    RandomStructs(RandomGenerator random) {
        this.random = random;
    }

    /** An object of a kind. */
    Struct object(Definition definition) {
        Struct struct = struct(definition, 0);
        return struct.with("kind", definition.kinds().getFirst().kind())
                .with("apiVersion", definition.kinds().getFirst().groupVersion().toString());
    }

    private Struct struct(Definition definition, int depth) {
        StructBuilder builder = new StructBuilder(definition);
        for (Field field : definition.fields()) {
            if (field.wire().isPresent() && random.nextInt(3 + depth) < 2) {
                set(builder, field, depth);
            }
        }
        return builder.build();
    }

    private void set(StructBuilder builder, Field field, int depth) {
        if (depth >= DEPTH_MAX && field.struct().isPresent()) {
            return;
        }
        Field.Wire wire = field.wire().orElseThrow();
        Object value = value(builder.definition(), field.type(), wire.form(), depth + 1);
        boolean lost =
                switch (value) {
                    case List<?> list -> list.isEmpty() && !wire.wrapped();
                    case Map<?, ?> map -> map.isEmpty();
                    default -> Zeros.isUnset(field, wire, value);
                };
        if (!lost) {
            builder.set(field, value);
        }
    }

    private Object value(Definition owner, ValueType type, Field.RawForm form, int depth) {
        return switch (type) {
            case ValueType.StructType s -> struct(s.definition(), depth);
            case ValueType.ListType list -> {
                List<Object> items = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    items.add(value(owner, list.element(), form, depth));
                }
                yield Collections.unmodifiableList(items);
            }
            case ValueType.MapType map -> {
                Map<String, Object> entries = new LinkedHashMap<>();
                for (int i = random.nextInt(3); i > 0; i--) {
                    entries.put(pick(TEXTS), value(owner, map.value(), form, depth));
                }
                yield Collections.unmodifiableMap(entries);
            }
            case ValueType.Scalar scalar -> scalar(owner, scalar, form, depth);
        };
    }

    private Object scalar(Definition owner, ValueType.Scalar type, Field.RawForm form, int depth) {
        return switch (type) {
            case STRING -> random.nextInt(4) == 0 ? "" : pick(TEXTS);
            case INT32 -> random.nextBoolean() ? random.nextInt(-1, 2) : random.nextInt();
            case INT64 -> random.nextBoolean() ? random.nextLong(-1, 2) : random.nextLong();
            case DOUBLE -> random.nextInt(-2, 3) / 4.0;
            case BOOL -> random.nextBoolean();
            case BYTES -> {
                byte[] bytes = new byte[random.nextInt(5)];
                random.nextBytes(bytes);
                yield Bytes.wrap(bytes);
            }
            case TIME -> Instant.ofEpochSecond(random.nextInt(-1, 2_000_000_000));
            case MICROTIME ->
                    Instant.ofEpochSecond(
                            random.nextInt(-1, 2_000_000_000), 1000L * random.nextInt(1_000_000));
            case QUANTITY -> Quantity.parse(pick(QUANTITIES));
            case INT_OR_STRING ->
                    random.nextBoolean()
                            ? IntOrString.of(random.nextInt(-1, 70_000))
                            : IntOrString.of(pick(TEXTS));
            case RAW, ANY -> raw(owner, form, depth);
        };
    }

    private RawJson raw(Definition owner, Field.RawForm form, int depth) {
        return switch (form) {
            case BYTES -> RawJson.of(pick(RAW));
            case EMPTY -> RawJson.of("{}");
            case SCHEMA_OR_BOOL ->
                    random.nextBoolean()
                            ? RawJson.of(String.valueOf(random.nextBoolean()))
                            : schema(owner, depth);
            case SCHEMA_OR_LIST ->
                    random.nextBoolean()
                            ? schema(owner, depth)
                            : RawJson.of("[" + schema(owner, depth) + ",{}]");
            case SCHEMA_OR_NAMES ->
                    random.nextBoolean() ? schema(owner, depth) : RawJson.of("[\"a\",\"b\"]");
        };
    }

    private RawJson schema(Definition owner, int depth) {
        return new RawJson(Bytes.wrap(JsonCodec.encode(struct(owner, depth + 3))));
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
