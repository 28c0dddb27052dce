package dev.quilla.apiserver.custom;

import dev.quilla.apiserver.cel.Shape;
import dev.quilla.apiserver.cel.Shape.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What expressions know of a schema. How large something can become follows from its limits, or
 * else from how much of it fits into a request.
 */
final class Shapes {

    /** How much a request has at most. */
    static final long REQUEST_BYTES_MAX = 3 << 20;

    private static final long TEXT_MAX = REQUEST_BYTES_MAX - 2;
    private static final long TEXT_MIN = 2;
    private static final long BYTES_OF_CODE_POINT_MAX = 4;
    private static final long TIME_MAX = 32;
    private static final long TIME_MIN = 21;
    private static final long DATE = 12;
    private static final long DURATION_MIN = 3;
    private static final long BOOLEAN_MIN = 4;

    /** A key in quotation marks, a colon, and a comma. */
    private static final long ENTRY_MIN = 6;

    /** A name in quotation marks, a colon, and a comma. */
    private static final long FIELD_MIN = 4;

    private Shapes() {}

    /** The shape of a kind. */
    static Optional<Shape> root(Map<?, ?> schema) {
        return of(schema, true);
    }

    /** The shape of a place in a schema; empty for one of which nothing is known. */
    static Optional<Shape> of(Map<?, ?> schema) {
        return of(schema, SchemaParser.flag(schema, "x-kubernetes-embedded-resource"));
    }

    private static Optional<Shape> of(Map<?, ?> schema, boolean resource) {
        if (SchemaParser.flag(schema, "x-kubernetes-int-or-string")) {
            return Optional.of(Shape.of(Kind.ANY, TEXT_MAX, 1));
        }
        return switch (SchemaParser.text(schema, "type")) {
            case "object" -> object(schema, resource);
            case "array" -> list(schema);
            case "string" -> Optional.of(text(schema));
            case "integer" -> Optional.of(Shape.of(Kind.INTEGER, 0, 1));
            case "number" -> Optional.of(Shape.of(Kind.NUMBER, 0, 1));
            case "boolean" -> Optional.of(Shape.of(Kind.BOOLEAN, 0, BOOLEAN_MIN));
            default -> Optional.empty();
        };
    }

    private static Optional<Shape> list(Map<?, ?> schema) {
        return SchemaParser.object(schema, "items")
                .flatMap(Shapes::of)
                .map(items ->
                        new Shape(
                                Kind.LIST,
                                Map.of(),
                                Optional.of(items),
                                limit(schema, "maxItems").orElse(TEXT_MAX / (items.bytesMin() + 1)),
                                TEXT_MIN));
    }

    private static Optional<Shape> object(Map<?, ?> schema, boolean resource) {
        Optional<Map<?, ?>> values = SchemaParser.object(schema, "additionalProperties");
        if (values.isPresent()) {
            return values.flatMap(Shapes::of)
                    .map(value ->
                            new Shape(
                                    Kind.MAP,
                                    Map.of(),
                                    Optional.of(value),
                                    limit(schema, "maxProperties")
                                            .orElse(TEXT_MAX / (value.bytesMin() + ENTRY_MIN)),
                                    TEXT_MIN));
        }
        Map<String, Shape> fields = new HashMap<>();
        long bytes = TEXT_MIN;
        List<String> required = SchemaParser.texts(schema, "required");
        Map<?, ?> properties = SchemaParser.object(schema, "properties").orElse(Map.of());
        for (Map.Entry<?, ?> entry : properties.entrySet()) {
            String name = (String) entry.getKey();
            if (entry.getValue() instanceof Map<?, ?> property) {
                Optional<Shape> inner = of(property);
                Optional<String> said = CelValues.said(name);
                if (inner.isPresent() && said.isPresent()) {
                    fields.put(said.get(), inner.get());
                    if (required.contains(name) && property.get("default") == null) {
                        bytes += name.length() + inner.get().bytesMin() + FIELD_MIN;
                    }
                }
            }
        }
        if (resource) {
            Shape text = Shape.of(Kind.TEXT, TEXT_MAX, TEXT_MIN);
            fields.put("kind", text);
            fields.put("apiVersion", text);
            fields.put("metadata", metadata(text, fields.get("metadata")));
        }
        return Optional.of(new Shape(Kind.OBJECT, fields, Optional.empty(), 0, bytes));
    }

    /** What the schema says of a name limits it. */
    private static Shape metadata(Shape text, @Nullable Shape said) {
        Map<String, Shape> fields = new HashMap<>(Map.of("name", text, "generateName", text));
        if (said != null) {
            fields.putAll(said.fields());
        }
        return new Shape(Kind.OBJECT, fields, Optional.empty(), 0, TEXT_MIN);
    }

    private static Shape text(Map<?, ?> schema) {
        return switch (SchemaParser.text(schema, "format")) {
            case "byte" ->
                    Shape.of(Kind.BYTES, limit(schema, "maxLength").orElse(TEXT_MAX), TEXT_MIN);
            case "duration" -> Shape.of(Kind.DURATION, TIME_MAX, DURATION_MIN);
            case "date" -> Shape.of(Kind.TIME, DATE, DATE);
            case "date-time" -> Shape.of(Kind.TIME, TIME_MAX, TIME_MIN);
            default -> Shape.of(Kind.TEXT, length(schema), TEXT_MIN);
        };
    }

    private static long length(Map<?, ?> schema) {
        Optional<Long> most = limit(schema, "maxLength");
        if (most.isPresent()) {
            return most.get() * BYTES_OF_CODE_POINT_MAX;
        }
        return SchemaParser.texts(schema, "enum").stream()
                .mapToLong(String::length)
                .max()
                .orElse(TEXT_MAX);
    }

    private static Optional<Long> limit(Map<?, ?> schema, String key) {
        return schema.get(key) instanceof Number number
                ? Optional.of(Math.max(0, number.longValue()))
                : Optional.empty();
    }
}
