package dev.quilla.apiserver.custom;

import dev.quilla.apiserver.cel.Expressions;
import dev.quilla.model.Struct;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Values as expressions see them: what the schema names, under names that expressions can say. */
final class CelValues {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_./-][A-Za-z0-9_./-]*");

    private static final Set<String> RESERVED =
            Set.of(
                    "true",
                    "false",
                    "null",
                    "in",
                    "as",
                    "break",
                    "const",
                    "continue",
                    "else",
                    "for",
                    "function",
                    "if",
                    "import",
                    "let",
                    "loop",
                    "package",
                    "namespace",
                    "return",
                    "var",
                    "void",
                    "while");

    private CelValues() {}

    /** A value at a place of the schema. */
    static Object of(SchemaNode node, Object found) {
        Object value = Plain.value(found);
        return switch (value) {
            case Struct ignored -> fields(node, value);
            case Map<?, ?> map -> node.items().isPresent() ? entries(node, map) : fields(node, map);
            case List<?> list -> {
                List<Object> items = new ArrayList<>(list.size());
                for (Object item : list) {
                    items.add(node.items().map(n -> of(n, item)).orElseGet(() -> free(item)));
                }
                yield items;
            }
            case String text -> text(node.format(), text);
            default -> free(value);
        };
    }

    private static Map<String, Object> fields(SchemaNode node, Object object) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (node.resource()) {
            for (String name : List.of("apiVersion", "kind")) {
                Optional.ofNullable(Plain.get(object, name)).ifPresent(v -> fields.put(name, v));
            }
            Map<String, Object> metadata = new LinkedHashMap<>();
            for (String name : List.of("name", "generateName")) {
                Optional.ofNullable(Plain.get(Plain.get(object, "metadata"), name))
                        .ifPresent(v -> metadata.put(name, v));
            }
            fields.put("metadata", metadata);
        }
        node.properties()
                .forEach((name, property) -> {
                    Object value = Plain.get(object, name);
                    if (value != null) {
                        said(name).ifPresent(n -> fields.putIfAbsent(n, of(property, value)));
                    }
                });
        return fields;
    }

    private static Map<String, Object> entries(SchemaNode node, Map<?, ?> map) {
        Map<String, Object> entries = new LinkedHashMap<>();
        map.forEach(
                (key, value) -> entries.put((String) key, of(node.items().orElseThrow(), value)));
        return entries;
    }

    /** A name as expressions write it; empty for one that they can't. */
    static Optional<String> said(String name) {
        if (!NAME.matcher(name).matches()) {
            return Optional.empty();
        }
        return Optional.of(
                RESERVED.contains(name)
                        ? "__" + name + "__"
                        : name.replace("__", "__underscores__")
                                .replace(".", "__dot__")
                                .replace("-", "__dash__")
                                .replace("/", "__slash__"));
    }

    private static Object text(String format, String text) {
        try {
            return switch (format) {
                case "date-time" -> OffsetDateTime.parse(text).toInstant();
                case "date" -> LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
                case "duration" -> Durations.parse(text);
                case "byte" -> Expressions.bytes(Base64.getDecoder().decode(text));
                default -> text;
            };
        } catch (DateTimeException | IllegalArgumentException e) {
            return text;
        }
    }

    /** JSON that no schema describes. */
    private static Object free(Object value) {
        return switch (Plain.value(value)) {
            case Map<?, ?> map -> {
                Map<String, Object> fields = new LinkedHashMap<>();
                map.forEach((key, item) ->
                        fields.put((String) key, item == null ? Expressions.NULL : free(item)));
                yield fields;
            }
            case List<?> list -> {
                List<Object> items = new ArrayList<>();
                list.forEach(item -> items.add(item == null ? Expressions.NULL : free(item)));
                yield items;
            }
            case BigDecimal number -> number.doubleValue();
            case BigInteger number -> number.doubleValue();
            case Optional<?> ignored -> Expressions.NULL;
            case Object other -> other;
        };
    }
}
