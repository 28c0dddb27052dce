package dev.quilla.apiserver.table;

import dev.quilla.model.Struct;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a kind's columns show, by the columns' names. Pure. */
interface Cells {

    /** The value of a column: text, a number or a boolean; null where there is none. */
    @Nullable Object cell(String column, Struct object, Instant now);

    /** The columns that all kinds share; the rest is not known. */
    static Object common(String column, Struct object, Instant now) {
        return switch (column) {
            case "Name" -> object.text("metadata", "name");
            case "Age" ->
                    Ages.since(
                            object.at("metadata", "creationTimestamp").map(Instant.class::cast),
                            now);
            case "Created At" -> object.text("metadata", "creationTimestamp");
            case "Labels" -> object.text("metadata", "labels");
            default -> generic(column, object);
        };
    }

    private static Object generic(String column, Struct object) {
        String field =
                Character.toLowerCase(column.charAt(0)) + column.substring(1).replace(" ", "");
        for (String part : List.of("spec", "status")) {
            var value = object.at(part, field);
            if (value.isPresent() && !(value.get() instanceof Struct)) {
                return plain(value.get());
            }
        }
        return object.find(field)
                .filter(v -> !(v instanceof Struct))
                .map(Cells::plain)
                .orElse("<none>");
    }

    private static Object plain(Object value) {
        return value instanceof Number || value instanceof Boolean ? value : value.toString();
    }

    /** A text that may be missing. */
    static String orNone(String text) {
        return text.isEmpty() ? "<none>" : text;
    }

    /** A list as one cell. */
    static String joined(List<String> items) {
        return items.isEmpty() ? "<none>" : String.join(",", items);
    }
}
