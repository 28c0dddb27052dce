package dev.quilla.codegen;

import java.io.IOException;
import java.nio.file.Path;

/** Generates the model's sources and descriptions: {@code Main SCHEMA_DIR SOURCES RESOURCES}. */
public final class Main {

    private Main() {}

    /** Reads the facts and writes the sources. */
    public static void main(String[] args) throws IOException {
        if (args.length != 3) {
            System.err.println("usage: Main SCHEMA_DIR SOURCES RESOURCES");
            System.exit(2);
        }
        Path schema = Path.of(args[0]);
        Facts facts = Facts.read(schema);
        SourceTree out = new SourceTree(Path.of(args[1]));
        for (Facts.Type type : facts.types().values()) {
            out.write(type.packageName(), type.simpleName(), new ViewSource(facts, type).text());
        }
        out.write("dev.quilla.model", "Resources", new ResourcesSource(facts).text());
        out.removeStale();
        new DescriptionsFile(
                        facts, Main.class.getClassLoader(), schema.resolve("descriptions.json"))
                .write(Path.of(args[2]).resolve("dev/quilla/model/schema/descriptions.json.gz"));
    }
}
