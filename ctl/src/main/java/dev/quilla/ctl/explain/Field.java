package dev.quilla.ctl.explain;

import dev.quilla.ctl.cluster.Tree;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A field, or a whole kind, as an OpenAPI v3 document describes it.
 *
 * @param schemas the document's schemas by name
 * @param own what is said of the field itself
 */
record Field(Tree schemas, Tree own) {

    private static final String REFERENCE = "#/components/schemas/";

    /** What is said of it, then what is said of its type. */
    List<String> descriptions() {
        Tree element = element();
        return java.util.stream.Stream.of(own, element, reference(element).orElse(element))
                .map(schema -> schema.text("description"))
                .filter(text -> !text.isEmpty())
                .distinct()
                .toList();
    }

    /** Its type: {@code string}, {@code []Container}, {@code map[string]Quantity}. */
    String type() {
        Optional<String> name = referenceName(own);
        String referred = name.map(n -> schemas.text(n, "type")).orElse("");
        if (!referred.isEmpty() && !referred.equals("object")) {
            return referred; // a time is text
        }
        if (name.isPresent()) {
            return name.get().substring(name.get().lastIndexOf('.') + 1);
        }
        if (own.text("type").equals("array")) {
            return "[]" + of(own.tree("items")).type();
        }
        if (own.at("additionalProperties").isPresent()) {
            return "map[string]" + of(own.tree("additionalProperties")).type();
        }
        String type = own.textOr("Object", "type");
        return type.equals("object") ? "Object" : type;
    }

    /** The schema that its type refers to, by name; empty where it refers to none. */
    Optional<String> definition() {
        return referenceName(element());
    }

    /** The values that it may have, no text as two quotes; empty where it may have any. */
    List<String> values() {
        return own.list("enum").stream()
                .map(String::valueOf)
                .map(value -> value.isEmpty() ? "\"\"" : value)
                .toList();
    }

    /** Its fields by name, those of an element where it is a list or a map. */
    Map<String, Field> fields() {
        Map<String, Field> fields = new TreeMap<>();
        Tree properties = type(element()).tree("properties");
        properties.fields().keySet().forEach(n -> fields.put(n, of(properties.tree(n))));
        return fields;
    }

    /** Whether an object must have that field. */
    boolean requires(String name) {
        return type(element()).list("required").contains(name);
    }

    private Field of(Tree schema) {
        return new Field(schemas, schema);
    }

    /** What a list or a map holds, however deep; itself where it is neither. */
    private Tree element() {
        Tree schema = own;
        while (true) {
            if (schema.text("type").equals("array")) {
                schema = schema.tree("items");
            } else if (schema.at("additionalProperties").isPresent()) {
                schema = schema.tree("additionalProperties");
            } else {
                return schema;
            }
        }
    }

    private Tree type(Tree schema) {
        return reference(schema).orElse(schema);
    }

    private Optional<Tree> reference(Tree schema) {
        return referenceName(schema).map(name -> schemas.tree(name));
    }

    private static Optional<String> referenceName(Tree schema) {
        String direct = schema.text("$ref");
        String text =
                direct.isEmpty()
                        ? schema.trees("allOf").stream()
                                .map(s -> s.text("$ref"))
                                .findFirst()
                                .orElse("")
                        : direct;
        return text.startsWith(REFERENCE)
                ? Optional.of(text.substring(REFERENCE.length()))
                : Optional.empty();
    }
}
