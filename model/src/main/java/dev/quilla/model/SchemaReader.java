package dev.quilla.model;

import dev.quilla.model.Schema.ApiGroup;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Schema.Column;
import dev.quilla.model.Schema.Subresource;
import dev.quilla.model.ValueType.ListType;
import dev.quilla.model.ValueType.MapType;
import dev.quilla.model.ValueType.Scalar;
import dev.quilla.model.ValueType.StructType;
import dev.quilla.model.codec.JsonTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the schema of the built-in kinds from the facts in this module's resources. */
final class SchemaReader {

    /** Type metadata comes first in an object, then metadata; people expect it there. */
    private static final List<String> LEADING = List.of("kind", "apiVersion", "metadata");

    private final Map<String, Object> facts;
    private final Map<String, Definition> definitions = new LinkedHashMap<>();

    private SchemaReader(Map<String, Object> facts) {
        this.facts = facts;
    }

    static Schema read() {
        SchemaReader reader = new SchemaReader(resource("fields.json"));
        reader.readDefinitions();
        Map<String, Object> places = resource("resources.json");
        Map<String, Object> tables = resource("tables.json");
        List<ApiGroup> groups =
                objects(places, "groups").stream()
                        .map(g ->
                                new ApiGroup(
                                        text(g, "name"),
                                        strings(g, "versions"),
                                        text(g, "preferred")))
                        .toList();
        List<ApiResource> resources = new ArrayList<>();
        for (Map<String, Object> version : objects(places, "groupVersions")) {
            GroupVersion gv = GroupVersion.parse(text(version, "groupVersion"));
            for (Map<String, Object> resource : objects(version, "resources")) {
                resources.add(reader.apiResource(gv, resource, tables));
            }
        }
        return new Schema(reader.definitions, groups, resources);
    }

    private void readDefinitions() {
        facts.forEach((name, fact) -> {
            Map<String, Object> map = object(fact);
            if (map.containsKey("fields")) {
                definitions.put(
                        name,
                        new Definition(
                                name,
                                strings(map, "gvk").stream().map(GroupVersionKind::parse).toList(),
                                "atomic".equals(map.get("mapType"))));
            }
        });
        definitions.forEach((name, definition) ->
                definition.complete(fields(object(object(facts.get(name)).get("fields")))));
    }

    private List<Field> fields(Map<String, Object> map) {
        List<String> names = new ArrayList<>(map.keySet());
        names.sort(
                Comparator.comparingInt(SchemaReader::rank)
                        .thenComparing(Comparator.naturalOrder()));
        List<Field> fields = new ArrayList<>();
        for (String name : names) {
            fields.add(field(name, fields.size(), object(map.get(name))));
        }
        return fields;
    }

    private static int rank(String name) {
        int place = LEADING.indexOf(name);
        return place < 0 ? LEADING.size() : place;
    }

    private Field field(String name, int index, Map<String, Object> fact) {
        Field.Merging merging =
                new Field.Merging(
                        List.of(text(fact, "patchStrategy").split(",")),
                        Optional.ofNullable((String) fact.get("patchMergeKey")),
                        fact.containsKey("listType") ? text(fact, "listType") : "atomic",
                        strings(fact, "listMapKeys"),
                        "atomic".equals(fact.get("mapType")));
        List<String> enumValues = new ArrayList<>(strings(fact, "enum"));
        enumValues.addAll(strings(fact, "itemEnum"));
        return new Field(
                name,
                index,
                type(text(fact, "type")),
                Boolean.TRUE.equals(fact.get("required")),
                enumValues,
                fact.containsKey("zero"),
                fact.containsKey("nil"),
                fact.containsKey("default")
                        ? Optional.of(utf8(JsonTree.write(fact.get("default"))))
                        : Optional.empty(),
                merging,
                wire(fact));
    }

    private static Optional<Field.Wire> wire(Map<String, Object> fact) {
        Object pb = fact.get("pb");
        if (pb == null) {
            return Optional.empty();
        }
        List<?> numbers = pb instanceof List<?> path ? path : List.of(pb);
        return Optional.of(
                new Field.Wire(
                        numbers.stream().map(n -> ((Number) n).intValue()).toList(),
                        Boolean.TRUE.equals(fact.get("pointer")),
                        fact.containsKey("pbWrap"),
                        rawForm(text(fact, "type"))));
    }

    private static Field.RawForm rawForm(String type) {
        return switch (type.substring(type.lastIndexOf('.') + 1)) {
            case "CustomResourceSubresourceStatus" -> Field.RawForm.EMPTY;
            case "JSONSchemaPropsOrArray" -> Field.RawForm.SCHEMA_OR_LIST;
            case "JSONSchemaPropsOrBool" -> Field.RawForm.SCHEMA_OR_BOOL;
            case "JSONSchemaPropsOrStringArray" -> Field.RawForm.SCHEMA_OR_NAMES;
            default -> Field.RawForm.BYTES;
        };
    }

    private ValueType type(String text) {
        if (text.startsWith("[]")) {
            return new ListType(type(text.substring(2)));
        }
        if (text.startsWith("{}")) {
            return new MapType(type(text.substring(2)));
        }
        Definition definition = definitions.get(text);
        if (definition != null) {
            return new StructType(definition);
        }
        return switch (text) {
            case "string", "duration" -> Scalar.STRING;
            case "int32" -> Scalar.INT32;
            case "int64" -> Scalar.INT64;
            case "double" -> Scalar.DOUBLE;
            case "bool" -> Scalar.BOOL;
            case "bytes" -> Scalar.BYTES;
            case "time" -> Scalar.TIME;
            case "microtime" -> Scalar.MICROTIME;
            case "quantity" -> Scalar.QUANTITY;
            case "intstr" -> Scalar.INT_OR_STRING;
            case "any" -> Scalar.ANY;
            case "object" -> Scalar.RAW;
            default -> {
                Map<String, Object> fact = object(facts.get(text));
                yield type(text(fact, "type"));
            }
        };
    }

    private ApiResource apiResource(
            GroupVersion gv, Map<String, Object> fact, Map<String, Object> tables) {
        String resource = text(fact, "resource");
        GroupVersion answer = answerVersion(gv, fact);
        return new ApiResource(
                gv.resource(resource),
                answer.kind(text(fact, "kind")),
                text(fact, "singular"),
                Boolean.TRUE.equals(fact.get("namespaced")),
                strings(fact, "verbs"),
                strings(fact, "shortNames"),
                strings(fact, "categories"),
                Objects.requireNonNull(definitions.get(text(fact, "definition"))),
                Optional.ofNullable(definitions.get(text(fact, "listDefinition"))),
                text(fact, "storageVersionHash"),
                objects(fact, "subresources").stream()
                        .map(s ->
                                new Subresource(
                                        text(s, "name"),
                                        answerVersion(gv, s).kind(text(s, "kind")),
                                        strings(s, "verbs")))
                        .toList(),
                columns(tables, gv + "/" + resource));
    }

    private static GroupVersion answerVersion(GroupVersion gv, Map<String, Object> fact) {
        String other = text(fact, "responseGroupVersion");
        return other.isEmpty() ? gv : GroupVersion.parse(other);
    }

    private static List<Column> columns(Map<String, Object> tables, String key) {
        if (!tables.containsKey(key)) {
            return List.of();
        }
        return objects(tables, key).stream()
                .map(c ->
                        new Column(
                                text(c, "name"),
                                text(c, "type"),
                                text(c, "format"),
                                ((Number) Objects.requireNonNull(c.get("priority"))).intValue()))
                .toList();
    }

    @SuppressWarnings("unchecked") // the facts are ours
    private static Map<String, Object> object(@Nullable Object value) {
        return (Map<String, Object>) Objects.requireNonNull(value);
    }

    private static List<Map<String, Object>> objects(Map<String, Object> map, String key) {
        Object list = map.get(key);
        return list == null
                ? List.of()
                : ((List<?>) list).stream().map(SchemaReader::object).toList();
    }

    private static String text(Map<String, Object> map, String key) {
        Object value = map.get(key);
        return value == null ? "" : (String) value;
    }

    private static List<String> strings(Map<String, Object> map, String key) {
        Object list = map.get(key);
        return list == null
                ? List.of()
                : ((List<?>) list).stream().map(String.class::cast).toList();
    }

    private static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static Map<String, Object> resource(String name) {
        try (InputStream in =
                Objects.requireNonNull(
                        SchemaReader.class.getResourceAsStream("schema/" + name),
                        "missing resource " + name)) {
            return object(JsonTree.parse(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
