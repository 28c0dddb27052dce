package dev.quilla.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.stream.Stream;

/** One of the sample plugins, as the objects that installing it makes. */
final class SamplePlugin {

    private SamplePlugin() {}

    /**
     * The plugin and its JAR, which is small enough for one chunk.
     *
     * @param config a JSON object of strings
     */
    static String manifest(String name, String config) throws IOException {
        byte[] jar = Files.readAllBytes(jar(name));
        String digest = sha256(jar);
        return """
        apiVersion: quilla.dev/v1
        kind: PluginChunk
        metadata: {name: %1$s-0}
        plugin: %2$s
        index: 0
        data: %3$s
        ---
        apiVersion: quilla.dev/v1
        kind: Plugin
        metadata: {name: %2$s}
        spec:
          pluginId: %2$s
          version: 0.1.0-SNAPSHOT
          config: %4$s
          artifact: {sha256: %1$s, sizeBytes: %5$d, chunks: 1}
        """
                .formatted(
                        digest, name, Base64.getEncoder().encodeToString(jar), config, jar.length);
    }

    private static Path jar(String name) throws IOException {
        Path folder = Checkout.root().resolve("examples/plugins/" + name + "/target");
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no JAR in " + folder));
        }
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
