package dev.quilla.ctl.read;

import dev.quilla.ctl.print.ServerTable;
import dev.quilla.ctl.print.TextTable;
import java.io.PrintStream;
import java.util.List;

/** Writes the server's tables; titles once. */
final class TablePrinter {

    private final PrintStream out;
    private final ServerTable.Extras extras;
    private boolean headed;

    TablePrinter(PrintStream out, ServerTable.Extras extras, boolean noHeaders) {
        this.out = out;
        this.extras = extras;
        this.headed = noHeaders;
    }

    /** Tables of one resource, as one. */
    void print(List<ServerTable> tables) {
        TextTable text = new TextTable();
        for (ServerTable table : tables) {
            if (!headed && !table.rows().isEmpty()) {
                text.row(table.header(extras));
                headed = true;
            }
            table.rows().forEach(row -> text.row(table.cells(row, extras)));
        }
        text.print(out);
    }
}
