package dev.quilla.ctl.describe;

import dev.quilla.ctl.print.TextTable;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Titles and values, indented by level, the values of a level below each other. */
final class Sheet {

    private static final String STEP = "  ";

    private final String indentation;
    private final List<Entry> entries = new ArrayList<>();

    /** A line of the sheet, or what is below one. */
    private sealed interface Entry {}

    private record Line(String title, String value) implements Entry {}

    private record Inner(String title, Sheet sheet) implements Entry {}

    private record Grid(String title, TextTable table) implements Entry {}

    Sheet() {
        this("");
    }

    private Sheet(String indentation) {
        this.indentation = indentation;
    }

    /** A title and its value. */
    Sheet line(String title, String value) {
        entries.add(new Line(title, value.isEmpty() ? "<none>" : value));
        return this;
    }

    /** The same, but nothing at all where there is no value. */
    Sheet lineIf(String title, String value) {
        return value.isEmpty() ? this : line(title, value);
    }

    /** A map: the first pair beside the title, the others below. */
    Sheet pairs(String title, Map<String, String> pairs, String separator) {
        if (pairs.isEmpty()) {
            return line(title, "<none>");
        }
        String label = title;
        for (Map.Entry<String, String> pair : pairs.entrySet()) {
            entries.add(new Line(label, pair.getKey() + separator + oneLine(pair.getValue())));
            label = "";
        }
        return this;
    }

    private static String oneLine(String value) {
        return value.strip().replace("\n", "\\n");
    }

    /** Values below each other. */
    Sheet lines(String title, List<String> values) {
        if (values.isEmpty()) {
            return line(title, "<none>");
        }
        entries.add(new Line(title, values.getFirst()));
        values.subList(1, values.size()).forEach(value -> entries.add(new Line("", value)));
        return this;
    }

    /** A title with a sheet of its own below. */
    Sheet inner(String title) {
        Sheet sheet = new Sheet(indentation + STEP);
        entries.add(new Inner(title, sheet));
        return sheet;
    }

    /** A title with a table below. */
    Sheet table(String title, TextTable table) {
        entries.add(new Grid(title, table));
        return this;
    }

    void print(PrintStream out) {
        int width =
                entries.stream()
                                .mapToInt(
                                        e -> e instanceof Line(String t, String v) ? t.length() : 0)
                                .max()
                                .orElse(0)
                        + 1;
        for (Entry entry : entries) {
            switch (entry) {
                case Line(String title, String value) -> {
                    String label = title.isEmpty() ? "" : title + ":";
                    out.println(
                            indentation + label + " ".repeat(width + 2 - label.length()) + value);
                }
                case Inner(String title, Sheet sheet) -> {
                    out.println(indentation + title + ":");
                    sheet.print(out);
                }
                case Grid(String title, TextTable table) -> {
                    out.println(indentation + title + ":");
                    table.print(out, indentation + STEP);
                }
            }
        }
    }
}
