package dev.quilla.apiserver.table;

import dev.quilla.model.Schema.Column;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.jsonpath.JsonPath;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the columns of custom kinds show: what their paths find. */
final class PathCells implements Cells {

    /** What is shown of a text that says that it is none. */
    private static final String NOTHING = "<no value>";

    private final Map<String, Shown> shown = new HashMap<>();

    private record Shown(Column column, JsonPath path) {}

    PathCells(List<Column> columns) {
        columns.stream()
                .filter(c -> !c.path().isEmpty())
                .forEach(c -> path(c).ifPresent(p -> shown.put(c.name(), new Shown(c, p))));
    }

    /** Definitions may hold paths that are none: such a column stays empty. */
    private static Optional<JsonPath> path(Column column) {
        try {
            return Optional.of(JsonPath.parse(column.path()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public @Nullable Object cell(String name, Struct object, Instant now) {
        Shown wanted = shown.get(name);
        if (wanted == null) {
            return Cells.common(name, object, now);
        }
        List<@Nullable Object> found = wanted.path().values(JsonCodec.toTree(object));
        return found.isEmpty() ? null : cell(wanted.column().type(), found.getFirst(), now);
    }

    /** What is shown of the first value, for there should be one. */
    private static @Nullable Object cell(String type, @Nullable Object value, Instant now) {
        return switch (type) {
            case "integer" -> value instanceof Number n ? (Object) n.longValue() : null;
            case "number" -> number(value);
            case "boolean" -> value instanceof Boolean ? value : null;
            case "date" -> value == null ? null : age(String.valueOf(value), now);
            default -> value == null ? NOTHING : JsonPath.text(value);
        };
    }

    private static @Nullable Object number(@Nullable Object value) {
        return value instanceof Number ? value : null;
    }

    private static String age(String time, Instant now) {
        if (time.isEmpty()) {
            return "<unknown>";
        }
        try {
            return Ages.since(Optional.of(Instant.parse(time)), now);
        } catch (DateTimeException e) {
            return "<invalid>";
        }
    }
}
