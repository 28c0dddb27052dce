package dev.quilla.ctl.plugin;

import dev.quilla.client.ListOptions;
import dev.quilla.client.ResourceClient;
import dev.quilla.ctl.cluster.Cluster;
import dev.quilla.model.ApiException;
import dev.quilla.model.Bytes;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.quilla.v1.Plugin;
import dev.quilla.model.quilla.v1.PluginArtifact;
import dev.quilla.model.quilla.v1.PluginChunk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;

/** JARs in the cluster, in pieces named for the JAR's digest: the same piece is never another. */
final class Chunks {

    /** With base64 well under the 2 MiB that a transaction may hold. */
    private static final int CHUNK_BYTES = 512 << 10;

    private final Cluster cluster;
    private final ResourceClient<PluginChunk> chunks;

    Chunks(Cluster cluster) {
        this.cluster = cluster;
        this.chunks = cluster.client().resource(Resources.PLUGIN_CHUNKS);
    }

    /** Sends what the cluster doesn't have yet; answers how it is to be found. */
    PluginArtifact upload(String plugin, PluginJar jar) throws IOException {
        int count = 0;
        try (InputStream in = Files.newInputStream(jar.file())) {
            byte[] data = in.readNBytes(CHUNK_BYTES);
            while (data.length > 0) {
                create(plugin, jar.sha256(), count++, data);
                data = in.readNBytes(CHUNK_BYTES);
            }
        }
        return PluginArtifact.builder()
                .sha256(jar.sha256())
                .sizeBytes(jar.sizeBytes())
                .chunks(count)
                .build();
    }

    private void create(String plugin, String sha256, int index, byte[] data) {
        PluginChunk chunk =
                PluginChunk.builder()
                        .metadata(m -> m.name(name(sha256, index)))
                        .plugin(plugin)
                        .index(index)
                        .data(Bytes.wrap(data))
                        .build();
        try {
            chunks.create(chunk);
        } catch (ApiException e) {
            if (!e.isConflict()) {
                throw e;
            }
        }
    }

    private static String name(String sha256, int index) {
        return sha256 + "-" + index;
    }

    /** Removes a JAR's pieces, unless another plugin is of the same JAR. */
    void removeUnused(PluginArtifact artifact) {
        boolean used =
                cluster.client().resource(Resources.PLUGINS).list(ListOptions.ALL).stream()
                        .map(Plugin::spec)
                        .anyMatch(s -> s.artifact().sha256().equals(artifact.sha256()));
        for (int i = 0; !used && i < artifact.chunks(); i++) {
            delete(name(artifact.sha256(), i));
        }
    }

    private void delete(String name) {
        try {
            chunks.delete(ObjectKey.cluster(name));
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }
}
