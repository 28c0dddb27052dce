package dev.quilla.server.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.server.config.ConfigException;
import dev.quilla.server.config.NetworkMode;
import dev.quilla.server.config.RuntimeMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterSpecTest {

    private static final ClusterSpec SPEC =
            new ClusterSpec(
                    "0badcafe",
                    Roll.MAX,
                    ClusterSpec.WORKERS_MAX,
                    RuntimeMode.DOCKER,
                    NetworkMode.BRIDGE,
                    6443,
                    "192.0.2.7");

    @TempDir private Path folder;

    @Test
    void isReadAsItWasWritten() throws IOException {
        Path file = folder.resolve("cluster.yaml");
        SPEC.write(file);
        assertEquals(SPEC, ClusterSpec.read(file));
    }

    @Test
    void aDamagedFileIsRefusedByName() throws IOException {
        Path file = Files.writeString(folder.resolve("cluster.yaml"), "masters: many\n");
        String message =
                String.valueOf(
                        assertThrows(ConfigException.class, () -> ClusterSpec.read(file))
                                .getMessage());
        assertTrue(message.contains("cluster.yaml"), message);
        assertTrue(message.contains("key masters must be a whole number"), message);
    }

    @Test
    void noTwoProcessesShareAPort() {
        Set<Integer> ports = new HashSet<>(Set.of(SPEC.basePort()));
        for (String master : SPEC.masterNames()) {
            assertTrue(ports.add(SPEC.apiPort(master)));
            assertTrue(ports.add(SPEC.raftPort(master)));
        }
        for (int i = 0; i < SPEC.workers(); i++) {
            assertTrue(ports.add(SPEC.kubeletPort(i)));
            assertTrue(ports.add(SPEC.balancerPort(i)));
        }
    }

    @Test
    void namesCountFromOne() {
        assertEquals(List.of("master-1", "master-2"), SPEC.masterNames().subList(0, 2));
    }
}
