package dev.quilla.model.validation;

import dev.quilla.model.Struct;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A field that breaks a rule.
 *
 * @param value what it holds, as shown to people
 * @param detail which rule it breaks
 */
public record FieldError(Type type, String field, String value, String detail) {

    private static final int SHOWN_MAX = 512;

    /** The kinds of broken rules, with the words that Kubernetes uses. */
    public enum Type {
        REQUIRED("FieldValueRequired", "Required value"),
        INVALID("FieldValueInvalid", "Invalid value"),
        TYPE_INVALID("FieldValueTypeInvalid", "Invalid value"),
        NOT_SUPPORTED("FieldValueNotSupported", "Unsupported value"),
        DUPLICATE("FieldValueDuplicate", "Duplicate value"),
        FORBIDDEN("FieldValueForbidden", "Forbidden"),
        TOO_LONG("FieldValueTooLong", "Too long"),
        TOO_MANY("FieldValueTooMany", "Too many"),
        NOT_FOUND("FieldValueNotFound", "Not found");

        private final String reason;
        private final String words;

        Type(String reason, String words) {
            this.reason = reason;
            this.words = words;
        }

        /** The cause's reason in a {@code Status}. */
        public String reason() {
            return reason;
        }
    }

    public static FieldError required(String field, String detail) {
        return new FieldError(Type.REQUIRED, field, "", detail);
    }

    public static FieldError invalid(String field, Object value, String detail) {
        return new FieldError(Type.INVALID, field, shown(value), detail);
    }

    /** A value of another type than its schema says. */
    public static FieldError typeInvalid(String field, Object value, String detail) {
        return new FieldError(Type.TYPE_INVALID, field, shown(value), detail);
    }

    /** A value that is not told, because it is large or the whole object. */
    public static FieldError invalid(String field, String detail) {
        return new FieldError(Type.INVALID, field, "", detail);
    }

    public static FieldError notSupported(String field, Object value, Iterable<String> supported) {
        StringBuilder list = new StringBuilder("supported values: ");
        supported.forEach(s -> list.append('"').append(s).append("\", "));
        list.setLength(list.length() - 2);
        return new FieldError(Type.NOT_SUPPORTED, field, shown(value), list.toString());
    }

    public static FieldError duplicate(String field, Object value) {
        return new FieldError(Type.DUPLICATE, field, shown(value), "");
    }

    public static FieldError forbidden(String field, String detail) {
        return new FieldError(Type.FORBIDDEN, field, "", detail);
    }

    public static FieldError tooLong(String field, int max) {
        return new FieldError(Type.TOO_LONG, field, "", "may not be more than " + max + " bytes");
    }

    public static FieldError tooMany(String field, int size, int max) {
        return new FieldError(
                Type.TOO_MANY,
                field,
                Integer.toString(size),
                "must have at most " + max + (max == 1 ? " item" : " items"));
    }

    private static String shown(Object value) {
        return switch (value) {
            case Number number -> number.toString();
            case Boolean bool -> bool.toString();
            case Struct struct -> cut(json(JsonCodec.toTree(struct)));
            case Map<?, ?> map -> cut(json(map));
            case List<?> list -> cut(json(list));
            case Optional<?> none when none.isEmpty() -> "null";
            default -> "\"" + cut(escaped(value.toString())) + "\"";
        };
    }

    /** A text on one line, in which the end is told from a quotation mark. */
    private static String escaped(String text) {
        return text.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n")
                .replace("\t", "\\t")
                .replace("\r", "\\r");
    }

    private static String json(Object tree) {
        return new String(JsonTree.write(tree), StandardCharsets.UTF_8);
    }

    /** A text that is not too long to be told: whoever sent it knows the rest. */
    public static String cut(String text) {
        return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "...";
    }

    /** The error without the field's path, as a cause says it. */
    public String messageWithoutField() {
        String text = value.isEmpty() ? type.words : type.words + ": " + value;
        return detail.isEmpty() ? text : text + ": " + detail;
    }

    @Override
    public String toString() {
        return field + ": " + messageWithoutField();
    }
}
