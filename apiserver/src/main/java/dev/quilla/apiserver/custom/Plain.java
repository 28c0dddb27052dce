package dev.quilla.apiserver.custom;

import dev.quilla.model.IntOrString;
import dev.quilla.model.RawJson;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Values of structs and of JSON trees, looked at alike. */
final class Plain {

    private Plain() {}

    /** A value as rules see it: raw JSON is read, numbers or texts are either. */
    static Object value(Object value) {
        return switch (value) {
            case RawJson raw -> Objects.requireNonNullElse(JsonTree.valueOf(raw), Optional.empty());
            case IntOrString.OfInt(int number) -> (long) number;
            case IntOrString.OfString(String text) -> text;
            default -> value;
        };
    }

    /** A part of an object; null where it has none. */
    static @Nullable Object get(@Nullable Object object, String name) {
        return switch (object) {
            case Struct struct -> struct.find(name).orElse(null);
            case Map<?, ?> map -> map.get(name);
            case null, default -> null;
        };
    }

    /** How many fields an object has. */
    static int size(Object object) {
        return tree(object) instanceof Map<?, ?> map ? map.size() : 0;
    }

    /** A value as a JSON tree. */
    static @Nullable Object tree(@Nullable Object value) {
        return switch (value) {
            case Struct struct -> JsonCodec.toTree(struct);
            case RawJson raw -> JsonTree.valueOf(raw);
            case IntOrString either -> value(either);
            case List<?> list -> list.stream().map(Plain::tree).toList();
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> tree = new LinkedHashMap<>();
                map.forEach((key, item) -> tree.put((String) key, tree(item)));
                yield tree;
            }
            case null -> null;
            default -> value;
        };
    }

    /** Whether two values are the same JSON. */
    static boolean same(@Nullable Object a, @Nullable Object b) {
        return Objects.equals(comparable(tree(a)), comparable(tree(b)));
    }

    /** A tree in which equal JSON is equal. */
    static @Nullable Object comparable(@Nullable Object tree) {
        return switch (tree) {
            case Number number -> new BigDecimal(number.toString()).stripTrailingZeros();
            case List<?> list -> {
                List<@Nullable Object> items = new java.util.ArrayList<>();
                list.forEach(item -> items.add(comparable(item)));
                yield items;
            }
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> fields = new LinkedHashMap<>();
                map.forEach((key, item) -> fields.put((String) key, comparable(item)));
                yield fields;
            }
            case null -> null;
            default -> tree;
        };
    }

    /** What JSON calls a value. */
    static String type(Object value) {
        return switch (value) {
            case Struct ignored -> "object";
            case Map<?, ?> ignored -> "object";
            case List<?> ignored -> "array";
            case String ignored -> "string";
            case Boolean ignored -> "boolean";
            case Long ignored -> "integer";
            case Integer ignored -> "integer";
            case BigInteger ignored -> "integer";
            case Number ignored -> "number";
            default -> "null";
        };
    }

    /** A value as an error shows it: what is large by its type alone. */
    static Object shown(Object value) {
        return switch (value) {
            case Struct ignored -> "object";
            case Map<?, ?> ignored -> "object";
            case List<?> ignored -> "array";
            default -> value;
        };
    }
}
