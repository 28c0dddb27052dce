package dev.quilla.apiserver.custom;

import dev.quilla.model.Field;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A place in a structural schema. Immutable.
 *
 * @param type what a value is; {@link Type#ANY} where that is not said
 * @param resource whether it is an object with type and metadata of its own
 * @param properties of an object
 * @param items of an array, or the values of a map
 * @param format what a text or number is besides; empty for nothing
 * @param open whether unknown fields are kept
 * @param nullable whether null is a value
 * @param required names that an object must have
 * @param checks rules for the value itself
 * @param allOf schemas that hold too
 * @param anyOf schemas of which one must hold
 * @param oneOf schemas of which exactly one must hold
 * @param not a schema that must not hold
 * @param merging how server-side apply treats it
 * @param defaultJson what it is where it is left out
 * @param rules its rules in CEL
 */
record SchemaNode(
        Type type,
        boolean resource,
        Map<String, SchemaNode> properties,
        Optional<SchemaNode> items,
        String format,
        boolean open,
        boolean nullable,
        List<String> required,
        List<Check> checks,
        List<SchemaNode> allOf,
        List<SchemaNode> anyOf,
        List<SchemaNode> oneOf,
        Optional<SchemaNode> not,
        Field.Merging merging,
        Optional<String> defaultJson,
        List<Rule> rules) {

    /** Whether there is a rule in CEL, here or below. */
    boolean hasRules() {
        return !rules.isEmpty()
                || items.filter(SchemaNode::hasRules).isPresent()
                || properties.values().stream().anyMatch(SchemaNode::hasRules);
    }

    /** What a value is. */
    enum Type {
        OBJECT,
        MAP,
        ARRAY,
        STRING,
        INTEGER,
        NUMBER,
        BOOLEAN,
        INT_OR_STRING,
        ANY;

        /** Its name in JSON schemas. */
        String word() {
            return switch (this) {
                case OBJECT, MAP -> "object";
                case ARRAY -> "array";
                case STRING -> "string";
                case INTEGER -> "integer";
                case NUMBER -> "number";
                case BOOLEAN -> "boolean";
                case INT_OR_STRING -> "integer,string";
                case ANY -> "";
            };
        }
    }

    /**
     * A rule in CEL.
     *
     * @param rule what must hold
     * @param message what is said where it doesn't; empty for a general text
     * @param messageExpression computes what is said; empty for none
     * @param reason the machine's word for it
     * @param fieldPath the field below that it is about; empty for the place itself
     * @param optionalOldSelf whether it is asked for new values too
     */
    record Rule(
            String rule,
            String message,
            String messageExpression,
            String reason,
            String fieldPath,
            boolean optionalOldSelf) {}
}
