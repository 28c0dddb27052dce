package dev.quilla.server.master;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder that Quilla was installed in: {@code lib} with its JARs, {@code plugins} beside it.
 */
final class Distribution {

    private Distribution() {}

    /**
     * The plugins that belong to Quilla itself.
     *
     * @throws IOException if there are none: no pod could be placed
     */
    static List<Path> bundledPlugins() throws IOException {
        Path folder = home().resolve("plugins");
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                List<Path> jars =
                        files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
                if (!jars.isEmpty()) {
                    return jars;
                }
            }
        }
        throw new IOException(
                "no built-in plugins in " + folder + ": run ./quilla build, or install again");
    }

    private static Path home() throws IOException {
        CodeSource source = Distribution.class.getProtectionDomain().getCodeSource();
        try {
            Path jar = Path.of(source.getLocation().toURI());
            Path lib = Optional.ofNullable(jar.getParent()).orElse(jar);
            return Optional.ofNullable(lib.getParent()).orElse(lib);
        } catch (URISyntaxException e) {
            throw new IOException("can't tell where Quilla is installed: " + e.getMessage(), e);
        }
    }
}
