package dev.quilla.ctl.session;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;

/**
 * Where a command reads and writes.
 *
 * @param out results; buffered, so flush what people wait for
 * @param err errors and progress
 * @param environment the process's variables
 */
public record Console(
        InputStream in, PrintStream out, PrintStream err, Map<String, String> environment) {

    public Console {
        environment = Map.copyOf(environment);
    }
}
