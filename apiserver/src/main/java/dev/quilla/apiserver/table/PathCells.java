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
        Object tree = JsonCodec.toTree(object);
        List<@Nullable Object> found = wanted.path().values(tree);
        if (found.isEmpty() || found.getFirst() == null) {
            return null;
        }
        Object first = found.getFirst();
        return switch (wanted.column().type()) {
            case "integer", "number" -> first instanceof Number ? first : null;
            case "boolean" -> first instanceof Boolean ? first : null;
            case "date" -> age(String.valueOf(first), now);
            default -> wanted.path().apply(tree);
        };
    }

    private static String age(String time, Instant now) {
        try {
            return Ages.since(Optional.of(Instant.parse(time)), now);
        } catch (DateTimeException e) {
            return "<invalid>";
        }
    }
}
