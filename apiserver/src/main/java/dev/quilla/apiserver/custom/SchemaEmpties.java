package dev.quilla.apiserver.custom;

import dev.quilla.model.apiextensions.v1.JSONSchemaProps;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is empty in a schema and means as much as if it were not there. Some client libraries send
 * all that there is to say of a schema, and Kubernetes forgets empty lists and maps when it reads.
 */
final class SchemaEmpties {

    private static final Set<String> SCHEMAS_BY_NAME =
            Set.of("properties", "definitions", "patternProperties", "dependencies");
    private static final Set<String> SCHEMAS =
            Set.of("allOf", "anyOf", "oneOf", "items", "not", "additionalProperties");
    private static final Set<String> TEXTS =
            Set.of(
                    "enum",
                    "required",
                    "type",
                    "x-kubernetes-list-map-keys",
                    "x-kubernetes-validations");

    private SchemaEmpties() {}

    /** The schema without them; the same one if there are none. */
    static JSONSchemaProps without(JSONSchemaProps schema) {
        Object tree = JsonCodec.toTree(schema.struct());
        Object less = schema(tree);
        return tree.equals(less)
                ? schema
                : new JSONSchemaProps(
                        JsonCodec.decode(JSONSchemaProps.definition(), JsonTree.write(less)));
    }

    private static Object schema(Object tree) {
        if (tree instanceof List<?> list) {
            return list.stream().map(SchemaEmpties::schema).toList();
        }
        if (!(tree instanceof Map<?, ?> fields)) {
            return tree;
        }
        Map<String, @Nullable Object> kept = new LinkedHashMap<>();
        fields.forEach((key, value) -> {
            String name = (String) key;
            if (SCHEMAS_BY_NAME.contains(name) && value instanceof Map<?, ?> named) {
                if (!named.isEmpty()) {
                    Map<String, Object> inner = new LinkedHashMap<>();
                    named.forEach((n, s) -> inner.put((String) n, schema(s)));
                    kept.put(name, inner);
                }
            } else if (SCHEMAS.contains(name) && value != null) {
                if (!List.of().equals(value)) {
                    kept.put(name, schema(value));
                }
            } else if (!TEXTS.contains(name) || !(List.of().equals(value) || "".equals(value))) {
                kept.put(name, value);
            }
        });
        return kept;
    }
}
