package dev.quilla.apiserver.custom;

import dev.quilla.apiserver.custom.SchemaNode.Rule;
import dev.quilla.apiserver.custom.SchemaNode.Type;
import dev.quilla.model.Field;
import dev.quilla.model.codec.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads structural schemas from JSON. */
final class SchemaParser {

    private SchemaParser() {}

    /** The schema of a kind. */
    static SchemaNode root(Map<?, ?> tree) {
        return node(tree, true);
    }

    /** The schema of a part. */
    static SchemaNode node(Map<?, ?> tree) {
        return node(tree, flag(tree, "x-kubernetes-embedded-resource"));
    }

    private static SchemaNode node(Map<?, ?> tree, boolean resource) {
        boolean open =
                flag(tree, "x-kubernetes-preserve-unknown-fields") || isOpenBesidesProperties(tree);
        Optional<SchemaNode> values = values(tree);
        return new SchemaNode(
                type(tree, values.isPresent()),
                resource,
                properties(tree),
                values.isPresent() ? values : object(tree, "items").map(SchemaParser::node),
                text(tree, "format"),
                open,
                flag(tree, "nullable"),
                texts(tree, "required"),
                Checks.of(tree),
                nodes(tree, "allOf"),
                nodes(tree, "anyOf"),
                nodes(tree, "oneOf"),
                object(tree, "not").map(SchemaParser::node),
                merging(tree),
                tree.get("default") == null
                        ? Optional.empty()
                        : Optional.of(json(tree.get("default"))),
                rules(tree));
    }

    private static Type type(Map<?, ?> tree, boolean map) {
        if (flag(tree, "x-kubernetes-int-or-string")) {
            return Type.INT_OR_STRING;
        }
        return switch (text(tree, "type")) {
            case "object" -> map ? Type.MAP : Type.OBJECT;
            case "array" -> Type.ARRAY;
            case "string" -> Type.STRING;
            case "integer" -> Type.INTEGER;
            case "number" -> Type.NUMBER;
            case "boolean" -> Type.BOOLEAN;
            default -> Type.ANY;
        };
    }

    /** What the values of a map are; empty for an object with properties. */
    private static Optional<SchemaNode> values(Map<?, ?> tree) {
        return switch (tree.get("additionalProperties")) {
            case Map<?, ?> schema -> Optional.of(node(schema));
            case Boolean any when any && !isOpenBesidesProperties(tree) ->
                    Optional.of(node(Map.of("x-kubernetes-preserve-unknown-fields", true)));
            case null, default -> Optional.empty();
        };
    }

    private static boolean isOpenBesidesProperties(Map<?, ?> tree) {
        return flag(tree, "additionalProperties") && object(tree, "properties").isPresent();
    }

    private static Map<String, SchemaNode> properties(Map<?, ?> tree) {
        Map<String, SchemaNode> nodes = new TreeMap<>();
        object(tree, "properties")
                .ifPresent(all ->
                        all.forEach((name, schema) -> {
                            if (schema instanceof Map<?, ?> map) {
                                nodes.put((String) name, node(map));
                            }
                        }));
        return nodes.isEmpty() ? Map.of() : nodes;
    }

    private static Field.Merging merging(Map<?, ?> tree) {
        String list = text(tree, "x-kubernetes-list-type");
        boolean atomic = text(tree, "x-kubernetes-map-type").equals("atomic");
        return list.isEmpty() && !atomic
                ? Field.Merging.NONE
                : new Field.Merging(
                        List.of(""),
                        Optional.empty(),
                        list.isEmpty() ? "atomic" : list,
                        texts(tree, "x-kubernetes-list-map-keys"),
                        atomic);
    }

    static List<Rule> rules(Map<?, ?> tree) {
        return objects(tree, "x-kubernetes-validations").stream().map(SchemaParser::rule).toList();
    }

    static Rule rule(Map<?, ?> tree) {
        return new Rule(
                text(tree, "rule"),
                text(tree, "message"),
                text(tree, "messageExpression"),
                text(tree, "reason"),
                text(tree, "fieldPath"),
                flag(tree, "optionalOldSelf"));
    }

    private static List<SchemaNode> nodes(Map<?, ?> tree, String key) {
        return objects(tree, key).stream().map(SchemaParser::node).toList();
    }

    static Optional<Map<?, ?>> object(Map<?, ?> tree, String key) {
        return tree.get(key) instanceof Map<?, ?> map ? Optional.of(map) : Optional.empty();
    }

    static List<Map<?, ?>> objects(Map<?, ?> tree, String key) {
        return tree.get(key) instanceof List<?> list
                ? list.stream()
                        .filter(Map.class::isInstance)
                        .<Map<?, ?>>map(item -> (Map<?, ?>) item)
                        .toList()
                : List.of();
    }

    static List<String> texts(Map<?, ?> tree, String key) {
        return tree.get(key) instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    static String text(Map<?, ?> tree, String key) {
        return tree.get(key) instanceof String text ? text : "";
    }

    static boolean flag(Map<?, ?> tree, String key) {
        return Boolean.TRUE.equals(tree.get(key));
    }

    private static String json(@Nullable Object value) {
        return new String(JsonTree.write(value), StandardCharsets.UTF_8);
    }
}
