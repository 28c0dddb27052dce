package dev.quilla.ctl.print;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Rows in columns, three spaces apart. */
public final class TextTable {

    private static final int GAP = 3;
    private static final int WIDTH_MIN = 6;

    private final List<List<String>> rows = new ArrayList<>();

    /** Adds a row. */
    public TextTable row(List<String> cells) {
        rows.add(List.copyOf(cells));
        return this;
    }

    /** Adds a row. */
    public TextTable row(String... cells) {
        return row(List.of(cells));
    }

    /** Writes all rows, each after this indentation. */
    public void print(PrintStream out, String indentation) {
        int[] widths = widths();
        for (List<String> row : rows) {
            out.println(indentation + line(row, widths));
        }
    }

    /** Writes all rows. */
    public void print(PrintStream out) {
        print(out, "");
    }

    private int[] widths() {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                int width = row.get(i).codePointCount(0, row.get(i).length()) + GAP;
                widths[i] = Math.max(widths[i], Math.max(width, WIDTH_MIN));
            }
        }
        return widths;
    }

    /** The last cell is not padded. */
    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            String cell = row.get(i);
            line.append(cell);
            if (i < row.size() - 1) {
                line.repeat(' ', widths[i] - cell.codePointCount(0, cell.length()));
            }
        }
        return line.toString();
    }
}
