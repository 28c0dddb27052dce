package dev.quilla.codegen;

import java.io.IOException;
import java.nio.file.Path;

/** Generates the sources of the model: {@code Main SCHEMA_DIR OUTPUT_DIR}. */
public final class Main {

    private Main() {}

    /** Reads the facts and writes the sources. */
    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            System.err.println("usage: Main SCHEMA_DIR OUTPUT_DIR");
            System.exit(2);
        }
        Facts facts = Facts.read(Path.of(args[0]));
        SourceTree out = new SourceTree(Path.of(args[1]));
        for (Facts.Type type : facts.types().values()) {
            out.write(type.packageName(), type.simpleName(), new ViewSource(facts, type).text());
        }
        out.write("dev.quilla.model", "Resources", new ResourcesSource(facts).text());
        out.removeStale();
    }
}
