package dev.quilla.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerConfigTest {

    private static final String GOOD =
            """
            name: w1
            clusterId: "ab"
            dataDir: data
            sharedDir: shared
            caFile: ca.crt
            bootstrapTokenFile: token
            masters: ["https://10.0.0.1:6444"]
            nodeAddress: "10.0.0.9"
            kubeletPort: 10250
            balancerPort: 6445
            runtime: process
            network: loopback
            labels: {disk: ssd}
            """;

    @TempDir private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("worker.yaml"), text);
    }

    private String refusal(String text) throws IOException {
        Path file = file(text);
        return String.valueOf(
                assertThrows(ConfigException.class, () -> WorkerConfig.read(file)).getMessage());
    }

    @Test
    void readsAGoodFile() throws IOException {
        WorkerConfig config = WorkerConfig.read(file(GOOD));
        assertEquals(List.of(URI.create("https://10.0.0.1:6444")), config.masters());
        assertEquals(RuntimeMode.PROCESS, config.runtime());
        assertEquals(Map.of("disk", "ssd"), config.labels());
    }

    @Test
    void labelsMayBeLeftOut() throws IOException {
        assertEquals(Map.of(), WorkerConfig.read(file(GOOD.replaceAll("labels.*\n", ""))).labels());
    }

    @Test
    void aWorkerWithoutMastersIsRefusedTogetherWithAllElse() throws IOException {
        String message =
                refusal(
                        GOOD.replaceAll("masters.*\n", "masters: []\n")
                                .replace("kubeletPort: 10250", "kubeletPort: often"));
        assertTrue(message.contains("key masters must name at least one"), message);
        assertTrue(message.contains("key kubeletPort must be a port"), message);
    }

    @Test
    void anUnknownKeyStopsTheStart() throws IOException {
        assertTrue(refusal(GOOD + "colour: red\n").contains("key colour is unknown"));
    }
}
