package dev.quilla.plugin.host;

import dev.quilla.client.ResourceClient;
import dev.quilla.client.TransportException;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.quilla.v1.PluginArtifact;
import dev.quilla.model.quilla.v1.PluginChunk;
import dev.quilla.model.quilla.v1.PluginSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * JARs of plugins on this machine's disk, fetched from the cluster in chunks. A file's name holds
 * its digest, so a file is never changed: several hosts may share the directory.
 */
final class ArtifactStore {

    /** Larger plugins are refused. */
    static final long SIZE_BYTES_MAX = 256L << 20;

    private final Path directory;
    private final ResourceClient<PluginChunk> chunks;

    ArtifactStore(Path directory, ResourceClient<PluginChunk> chunks) {
        this.directory = directory;
        this.chunks = chunks;
    }

    /** Where a plugin's JAR is or will be. */
    Path file(PluginSpec spec) {
        return directory.resolve(
                "%s-%s-%s.jar"
                        .formatted(
                                plain(spec.pluginId()),
                                plain(spec.version()),
                                plain(spec.artifact().sha256())));
    }

    private static String plain(String text) {
        return text.replaceAll("[^A-Za-z0-9._-]", "_");
    }

    /**
     * A plugin's JAR, fetched where it is not here yet, and verified in any case.
     *
     * @throws PluginFailure if it can't be fetched, or is not what it should be
     */
    Path get(PluginSpec spec) throws PluginFailure {
        PluginArtifact artifact = spec.artifact();
        if (!artifact.sha256().matches("[0-9a-f]{64}")) {
            throw PluginFailure.forGood("spec.artifact.sha256 is not a SHA-256 digest");
        }
        if (artifact.sizeBytes() > SIZE_BYTES_MAX) {
            throw PluginFailure.forGood("the JAR is larger than " + SIZE_BYTES_MAX + " bytes");
        }
        try {
            Path file = file(spec);
            if (!Files.exists(file) || !digestOf(file).equals(artifact.sha256())) {
                fetch(artifact, file);
            }
            return file;
        } catch (IOException e) {
            throw PluginFailure.forNow("can't store the JAR: " + e, e);
        } catch (TransportException e) {
            throw PluginFailure.forNow("can't fetch the JAR: " + e.getMessage(), e);
        } catch (ApiException e) {
            throw PluginFailure.forNow("can't fetch the JAR: " + e.getMessage(), e);
        }
    }

    private void fetch(PluginArtifact artifact, Path file) throws IOException, PluginFailure {
        Files.createDirectories(directory);
        Path temporary = Files.createTempFile(directory, "fetch-", ".tmp");
        try {
            String digest = write(artifact, temporary);
            long size = Files.size(temporary);
            if (size != artifact.sizeBytes() || !digest.equals(artifact.sha256())) {
                throw PluginFailure.forGood(
                        "the JAR is not what spec.artifact says: %d bytes with SHA-256 %s"
                                .formatted(size, digest));
            }
            Files.move(
                    temporary,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private String write(PluginArtifact artifact, Path file) throws IOException, PluginFailure {
        MessageDigest digest = sha256();
        long written = 0;
        try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), digest)) {
            for (int i = 0; i < artifact.chunks(); i++) {
                byte[] data =
                        chunks.get(ObjectKey.cluster(artifact.sha256() + "-" + i)).data().shared();
                written += data.length;
                if (written > artifact.sizeBytes()) {
                    throw PluginFailure.forGood(
                            "the JAR is larger than spec.artifact.sizeBytes says");
                }
                out.write(data);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String digestOf(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = Files.newInputStream(file);
                OutputStream out =
                        new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            in.transferTo(out);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** Removes a JAR that is no longer wanted; one that is in use stays readable to its user. */
    void forget(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // It only takes up space.
            return;
        }
    }
}
