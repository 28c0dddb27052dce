package dev.quilla.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The sample plugins, as their own build has made them. */
final class SamplePlugin {

    private SamplePlugin() {}

    /** Where a plugin's JAR is. */
    static String jar(String name) throws IOException {
        Path folder = Checkout.root().resolve("examples/plugins/" + name + "/target");
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no JAR in " + folder))
                    .toString();
        }
    }
}
