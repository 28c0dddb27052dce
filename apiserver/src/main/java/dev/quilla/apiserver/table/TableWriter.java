package dev.quilla.apiserver.table;

import dev.quilla.apiserver.registry.Conversions;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.model.Schema.Column;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Objects and lists as {@code meta.k8s.io/v1 Table}, which kubectl prints. Thread-safe. */
public final class TableWriter {

    private static final List<Column> FALLBACK =
            List.of(
                    new Column("Name", "string", "name", 0),
                    new Column("Created At", "date", "", 0));

    private final InstantSource clock;
    private final Map<String, Cells> cells = KindCells.byResource();

    /** Ages are counted by that clock. */
    public TableWriter(InstantSource clock) {
        this.clock = clock;
    }

    /** A table of one object, or of a list's items. */
    public byte[] write(
            ServedResource resource, Struct object, boolean withColumns, String include) {
        boolean isList = object.definition() != resource.type().definition();
        List<Struct> items = new ArrayList<>();
        if (isList) {
            for (Object item : (List<?>) object.find("items").orElse(List.of())) {
                items.add((Struct) item);
            }
        } else {
            items.add(object);
        }
        List<Column> columns =
                resource.type().columns().isEmpty() ? FALLBACK : resource.type().columns();
        Map<String, @Nullable Object> table = new LinkedHashMap<>();
        table.put("kind", "Table");
        table.put("apiVersion", "meta.k8s.io/v1");
        table.put("metadata", listMetadata(object, isList));
        table.put(
                "columnDefinitions",
                withColumns ? columns.stream().map(TableWriter::column).toList() : List.of());
        Cells kind = cells(resource, columns);
        table.put("rows", items.stream().map(i -> row(kind, columns, i, include)).toList());
        return JsonTree.write(table);
    }

    private static Map<String, @Nullable Object> listMetadata(Struct object, boolean isList) {
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
        metadata.put("resourceVersion", object.text("metadata", "resourceVersion"));
        if (isList) {
            object.at("metadata", "continue").ifPresent(c -> metadata.put("continue", c));
            object.at("metadata", "remainingItemCount")
                    .ifPresent(c -> metadata.put("remainingItemCount", c));
        }
        return metadata;
    }

    private static Map<String, @Nullable Object> column(Column column) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("name", column.name());
        map.put("type", column.type());
        map.put("format", column.format());
        map.put("description", column.description());
        map.put("priority", column.priority());
        return map;
    }

    private Cells cells(ServedResource resource, List<Column> columns) {
        return resource.type().definition().custom()
                ? new PathCells(columns)
                : cells.getOrDefault(resource.groupResource().toString(), Cells::common);
    }

    private Map<String, @Nullable Object> row(
            Cells kind, List<Column> columns, Struct item, String include) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        Struct stored = Conversions.toStored(item);
        row.put(
                "cells",
                columns.stream()
                        .<@Nullable Object>map(c -> kind.cell(c.name(), stored, clock.instant()))
                        .collect(Collectors.toList()));
        switch (include) {
            case "None" -> {
                // Cells alone.
            }
            case "Object" -> row.put("object", JsonCodec.toTree(item));
            default -> row.put("object", JsonCodec.toTree(Partials.of(item)));
        }
        return row;
    }
}
