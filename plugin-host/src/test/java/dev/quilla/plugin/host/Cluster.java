package dev.quilla.plugin.host;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Eventually;
import dev.quilla.client.Informers;
import dev.quilla.client.fake.FakeApi;
import dev.quilla.model.Bytes;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.quilla.v1.Plugin;
import dev.quilla.model.quilla.v1.PluginChunk;
import dev.quilla.model.quilla.v1.PluginNodeStatus;
import dev.quilla.model.quilla.v1.PluginSpec;
import dev.quilla.plugin.PluginContext.Component;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A fake API with plugins, and hosts that follow it. */
final class Cluster implements AutoCloseable {

    private static final int CHUNK_BYTES = 1000;

    final FakeApi api = new FakeApi();
    final ApiClient client = new ApiClient(api);
    private final Path directory;
    private final List<Runnable> open = new ArrayList<>();

    Cluster(Path directory) {
        this.directory = directory;
    }

    PluginHost host(Component component, String node, Map<String, String> labels, Path... bundled)
            throws InterruptedException {
        Informers informers = new Informers(client);
        open.add(informers::close);
        PluginHost host =
                new PluginHost(
                        new PluginHostConfig(
                                component,
                                node,
                                () -> labels,
                                directory.resolve(node),
                                Stream.of(bundled)
                                        .<BundledPlugin>map(BundledPlugin.Jar::new)
                                        .toList(),
                                Duration.ofSeconds(20)),
                        client,
                        informers,
                        d -> Thread.onSpinWait());
        open.add(host::close);
        host.start();
        informers.start();
        if (!host.awaitReady(Duration.ofSeconds(20))) {
            throw new AssertionError("not ready");
        }
        return host;
    }

    PluginHost kubelet() throws InterruptedException {
        return host(Component.KUBELET, "n1", Map.of());
    }

    void upload(byte[] jar) {
        String sha = sha256(jar);
        for (int i = 0; i * CHUNK_BYTES < jar.length; i++) {
            byte[] data =
                    Arrays.copyOfRange(
                            jar, i * CHUNK_BYTES, Math.min(jar.length, (i + 1) * CHUNK_BYTES));
            String name = sha + "-" + i;
            int index = i;
            if (client.resource(Resources.PLUGIN_CHUNKS).find(ObjectKey.cluster(name)).isEmpty()) {
                client.resource(Resources.PLUGIN_CHUNKS)
                        .create(
                                PluginChunk.builder()
                                        .metadata(m -> m.name(name))
                                        .plugin("test")
                                        .index(index)
                                        .data(Bytes.of(data))
                                        .build());
            }
        }
    }

    static PluginSpec spec(String id, String version, byte[] jar) {
        return PluginSpec.builder()
                .pluginId(id)
                .version(version)
                .enabled(true)
                .artifact(a ->
                        a.sha256(sha256(jar))
                                .sizeBytes((long) jar.length)
                                .chunks((jar.length + CHUNK_BYTES - 1) / CHUNK_BYTES))
                .build();
    }

    void install(String name, PluginSpec spec) {
        client.resource(Resources.PLUGINS)
                .create(Plugin.builder().metadata(m -> m.name(name)).spec(spec).build());
    }

    void install(String id, String version, byte[] jar) {
        upload(jar);
        install(id, spec(id, version, jar));
    }

    /** Changes a plugin's spec, trying again while hosts write its status. */
    void edit(String name, UnaryOperator<PluginSpec.Builder> change) {
        while (true) {
            Plugin plugin = plugin(name);
            try {
                client.resource(Resources.PLUGINS).update(plugin.toBuilder().spec(change).build());
                return;
            } catch (dev.quilla.model.ApiException e) {
                if (!e.isConflict()) {
                    throw e;
                }
            }
        }
    }

    Plugin plugin(String name) {
        return client.resource(Resources.PLUGINS).get(ObjectKey.cluster(name));
    }

    Optional<PluginNodeStatus> status(String name, String node) {
        return plugin(name).status().nodes().stream()
                .filter(n -> n.node().equals(node))
                .findFirst();
    }

    PluginNodeStatus awaitState(String name, String node, String state)
            throws InterruptedException {
        Eventually.eventually(
                name + " is " + state + " on " + node,
                () -> status(name, node).map(PluginNodeStatus::state).orElse("").equals(state));
        return status(name, node).orElseThrow();
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        open.reversed().forEach(Runnable::run);
    }
}
