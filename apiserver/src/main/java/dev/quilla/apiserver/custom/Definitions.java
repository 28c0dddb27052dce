package dev.quilla.apiserver.custom;

import dev.quilla.model.Definition;
import dev.quilla.model.Field;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.ValueType;
import dev.quilla.model.meta.v1.ListMeta;
import dev.quilla.model.meta.v1.ObjectMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Custom kinds as definitions of the model, each made when it is first needed. */
final class Definitions {

    private static final List<String> OF_RESOURCES = List.of("kind", "apiVersion", "metadata");

    private Definitions() {}

    /** The type of a kind's objects. */
    static Definition kind(String name, GroupVersionKind kind, Supplier<SchemaNode> schema) {
        return Definition.custom(name, List.of(kind), false, () -> fields(name, schema.get()));
    }

    /** The type of a kind's lists. */
    static Definition list(Definition items, GroupVersionKind kind) {
        return Definition.custom(
                items.name() + "List",
                List.of(kind),
                false,
                () ->
                        List.of(
                                field("kind", 0, ValueType.Scalar.STRING),
                                field("apiVersion", 1, ValueType.Scalar.STRING),
                                field("metadata", 2, ListMeta.definition().type()),
                                field("items", 3, new ValueType.ListType(items.type()))));
    }

    private static List<Field> fields(String name, SchemaNode node) {
        List<Field> fields = new ArrayList<>();
        if (node.resource()) {
            fields.add(field("kind", 0, ValueType.Scalar.STRING));
            fields.add(field("apiVersion", 1, ValueType.Scalar.STRING));
            fields.add(field("metadata", 2, ObjectMeta.definition().type()));
        }
        node.properties()
                .forEach((property, schema) -> {
                    if (!node.resource() || !OF_RESOURCES.contains(property)) {
                        fields.add(field(name, node, property, schema, fields.size()));
                    }
                });
        if (node.open()) {
            fields.add(Field.rest(fields.size()));
        }
        return fields;
    }

    private static Field field(String name, int index, ValueType type) {
        return new Field(
                name,
                index,
                type,
                false,
                List.of(),
                false,
                false,
                Optional.empty(),
                Field.Merging.NONE,
                Optional.empty());
    }

    private static Field field(
            String owner, SchemaNode node, String name, SchemaNode schema, int index) {
        return new Field(
                name,
                index,
                type(owner + "." + name, schema),
                node.required().contains(name),
                List.of(),
                false,
                false,
                schema.defaultJson(),
                schema.merging(),
                Optional.empty());
    }

    private static ValueType type(String name, SchemaNode node) {
        return switch (node.type()) {
            case OBJECT ->
                    node.open() && node.properties().isEmpty() && !node.resource()
                            ? ValueType.Scalar.RAW
                            : Definition.custom(
                                            name,
                                            List.of(),
                                            node.merging().atomicMap(),
                                            () -> fields(name, node))
                                    .type();
            case MAP -> new ValueType.MapType(type(name, node.items().orElseThrow()));
            case ARRAY ->
                    node.items()
                            .<ValueType>map(item -> new ValueType.ListType(type(name, item)))
                            .orElse(ValueType.Scalar.ANY);
            case STRING -> ValueType.Scalar.STRING;
            case INTEGER -> ValueType.Scalar.INT64;
            case NUMBER -> ValueType.Scalar.DOUBLE;
            case BOOLEAN -> ValueType.Scalar.BOOL;
            case INT_OR_STRING -> ValueType.Scalar.INT_OR_STRING;
            case ANY -> ValueType.Scalar.ANY;
        };
    }
}
