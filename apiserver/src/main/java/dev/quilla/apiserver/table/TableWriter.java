package dev.quilla.apiserver.table;

import dev.quilla.apiserver.registry.Conversions;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ListText;
import dev.quilla.apiserver.request.Outgoing;
import dev.quilla.apiserver.request.OutgoingList;
import dev.quilla.model.Schema.Column;
import dev.quilla.model.Struct;
import dev.quilla.model.autoscaling.v1.Scale;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Objects and lists as {@code Table} of {@code meta.k8s.io}, which kubectl prints. Thread-safe. */
public final class TableWriter {

    private static final byte[] CELLS = "{\"cells\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OBJECT = ",\"object\":".getBytes(StandardCharsets.US_ASCII);

    private static final List<Column> FALLBACK =
            List.of(
                    new Column("Name", "string", "name", 0),
                    new Column("Created At", "date", "", 0));

    private static final List<Column> SCALE =
            List.of(
                    new Column("Name", "string", "name", 0),
                    new Column("Desired", "integer", "", 0),
                    new Column("Available", "integer", "", 0),
                    new Column("Age", "string", "", 0));

    /**
     * What a table is to be like.
     *
     * @param withColumns whether it says what its columns are
     * @param include what of an object comes beside its cells
     * @param version of the kind, with its group
     */
    public record Form(boolean withColumns, String include, ListText text, String version) {}

    private final InstantSource clock;
    private final Map<String, Cells> cells = KindCells.byResource();

    /** Ages are counted by that clock. */
    public TableWriter(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Writes a table of a list's items, one row after the other.
     *
     * @param list may be an object itself, with the object as its one item
     */
    public void write(ServedResource resource, OutgoingList list, Form form, OutputStream out)
            throws IOException {
        boolean isList = list.frame().definition() != resource.type().definition();
        List<Column> columns =
                resource.type().columns().isEmpty() ? FALLBACK : resource.type().columns();
        Rows rows = new Rows(columns, cells(resource, columns), form);
        write(rows, list.items(), listMetadata(list.frame(), isList), out);
    }

    /** Writes a table of how an object is scaled, whatever it is. */
    public void writeScale(Struct scale, Form form, OutputStream out) throws IOException {
        Rows rows = new Rows(SCALE, TableWriter::scaleCell, form);
        write(rows, List.of(() -> scale), listMetadata(scale, false), out);
    }

    private static Object scaleCell(String column, Struct object, Instant now) {
        Scale scale = new Scale(object);
        return switch (column) {
            case "Desired" -> scale.spec().replicas();
            case "Available" -> scale.status().replicas();
            default -> Cells.common(column, object, now);
        };
    }

    /** What rows are made of. */
    private record Rows(List<Column> columns, Cells cells, Form form) {}

    private void write(
            Rows rows,
            List<Outgoing> items,
            Map<String, @Nullable Object> metadata,
            OutputStream out)
            throws IOException {
        Map<String, @Nullable Object> table = new LinkedHashMap<>();
        table.put("kind", "Table");
        table.put("apiVersion", rows.form().version());
        table.put("metadata", metadata);
        table.put(
                "columnDefinitions",
                rows.form().withColumns()
                        ? rows.columns().stream().map(TableWriter::column).toList()
                        : List.of());
        rows.form()
                .text()
                .write(
                        JsonTree.write(table),
                        "rows",
                        items,
                        (item, to) -> row(rows, item, to),
                        out);
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

    private void row(Rows rows, Outgoing item, OutputStream out) throws IOException {
        Struct object = item.object();
        Struct stored = Conversions.toStored(object);
        Instant now = clock.instant();
        List<@Nullable Object> cells = new ArrayList<>(rows.columns().size());
        for (Column column : rows.columns()) {
            cells.add(rows.cells().cell(column.name(), stored, now));
        }
        out.write(CELLS);
        out.write(JsonTree.write(cells));
        Form form = rows.form();
        if (!form.include().equals("None")) {
            out.write(OBJECT);
            out.write(
                    JsonCodec.encode(
                            form.include().equals("Object")
                                    ? object
                                    : Partials.of(object, form.version())));
        }
        out.write('}');
    }
}
