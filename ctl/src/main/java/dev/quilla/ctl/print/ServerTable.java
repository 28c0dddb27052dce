package dev.quilla.ctl.print;

import dev.quilla.ctl.cluster.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A table as the server makes it.
 *
 * @param columns what its cells mean
 * @param rows objects, each with its cells
 */
public record ServerTable(List<Column> columns, List<Row> rows) {

    /** Asks for a table, with each row's metadata. */
    public static final String ACCEPT = "application/json;as=Table;v=v1;g=meta.k8s.io";

    public ServerTable {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }

    /** A column; those of priority 0 are always shown. */
    public record Column(String name, long priority) {}

    /** An object's row. */
    public record Row(List<String> cells, Tree object) {
        public Row {
            cells = List.copyOf(cells);
        }
    }

    /** Which columns are shown besides the server's. */
    public record Extras(
            boolean wide,
            boolean namespace,
            String kindPrefix,
            List<String> labelColumns,
            boolean labels) {
        public Extras {
            labelColumns = List.copyOf(labelColumns);
        }
    }

    /** Reads a {@code Table}. */
    public static ServerTable read(Tree table) {
        return new ServerTable(
                table.trees("columnDefinitions").stream()
                        .map(c -> new Column(c.text("name"), c.number("priority")))
                        .toList(),
                table.trees("rows").stream().map(ServerTable::row).toList());
    }

    private static Row row(Tree row) {
        List<String> cells = new ArrayList<>();
        row.list("cells").forEach(cell -> cells.add(cell == null ? "<none>" : cell.toString()));
        return new Row(cells, row.tree("object"));
    }

    /** The titles of the columns that are shown. */
    public List<String> header(Extras extras) {
        List<String> titles = new ArrayList<>();
        if (extras.namespace()) {
            titles.add("NAMESPACE");
        }
        shown(extras).forEach(i -> titles.add(columns.get(i).name().toUpperCase(Locale.ROOT)));
        extras.labelColumns().forEach(label -> titles.add(lastPart(label)));
        if (extras.labels()) {
            titles.add("LABELS");
        }
        return titles;
    }

    private static String lastPart(String label) {
        return label.substring(label.lastIndexOf('/') + 1).toUpperCase(Locale.ROOT);
    }

    /** The cells of a row that are shown. */
    public List<String> cells(Row row, Extras extras) {
        List<String> cells = new ArrayList<>();
        if (extras.namespace()) {
            cells.add(row.object().namespace());
        }
        for (int i : shown(extras)) {
            String cell = i < row.cells().size() ? row.cells().get(i) : "";
            boolean name = columns.get(i).name().equals("Name") && !extras.kindPrefix().isEmpty();
            cells.add(name ? extras.kindPrefix() + "/" + cell : cell);
        }
        Map<String, String> labels = row.object().texts("metadata", "labels");
        extras.labelColumns().forEach(label -> cells.add(labels.getOrDefault(label, "")));
        if (extras.labels()) {
            cells.add(labels.isEmpty() ? "<none>" : joined(labels));
        }
        return cells;
    }

    private static String joined(Map<String, String> labels) {
        return labels.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(","));
    }

    private List<Integer> shown(Extras extras) {
        List<Integer> indexes = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            if (extras.wide() || columns.get(i).priority() == 0) {
                indexes.add(i);
            }
        }
        return indexes;
    }

    /** A row's cell by its column's name; empty where there is none. */
    public String cell(Row row, String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(column) && i < row.cells().size()) {
                return row.cells().get(i);
            }
        }
        return "";
    }
}
