package dev.quilla.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.model.GroupResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MasterConfigTest {

    private static final String GOOD =
            """
            name: m1
            clusterId: "ab"
            dataDir: data
            pkiDir: /etc/quilla/pki
            network: bridge
            api:
              advertiseAddress: "10.0.0.1"
              listenAddresses: ["127.0.0.1", "10.0.0.1"]
              port: 6444
            members:
            - {name: m1, host: 10.0.0.1, port: 7001, apiUrl: "https://10.0.0.1:6444"}
            """;

    @TempDir private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("master.yaml"), text);
    }

    private String refusal(String text) throws IOException {
        Path file = file(text);
        return String.valueOf(
                assertThrows(ConfigException.class, () -> MasterConfig.read(file)).getMessage());
    }

    @Test
    void readsAGoodFile() throws IOException {
        MasterConfig config = MasterConfig.read(file(GOOD));
        assertEquals("m1", config.name());
        assertEquals(folder.resolve("data"), config.dataDir());
        assertEquals(Path.of("/etc/quilla/pki"), config.pkiDir());
        assertEquals(List.of("127.0.0.1", "10.0.0.1"), config.listenAddresses());
        assertEquals(0, config.sharedPort());
        assertEquals(NetworkMode.BRIDGE, config.network());
        assertEquals(7001, config.members().getFirst().port());
    }

    @Test
    void saysHowManyRequestsItWorksOnAtOnce() throws IOException {
        assertEquals(600, MasterConfig.read(file(GOOD)).seats());
        assertEquals(40, MasterConfig.read(file(GOOD + "fairness: {seats: 40}\n")).seats());
        String message = refusal(GOOD + "fairness: {seats: 0}\n");
        assertTrue(message.contains("key fairness.seats must be 1 or more"), message);
    }

    @Test
    void anUnknownKeyStopsTheStart() throws IOException {
        String message = refusal(GOOD + "datadir: x\n");
        assertTrue(message.contains("key datadir is unknown"), message);
        assertTrue(message.contains("master.yaml"), message);
    }

    @Test
    void anUnknownKeyDeepDownIsNamedByItsPath() throws IOException {
        String message = refusal(GOOD.replace("port: 7001", "port: 7001, weight: 2"));
        assertTrue(message.contains("key members[0].weight is unknown"), message);
    }

    @Test
    void allErrorsAreReportedAtOnce() throws IOException {
        String message =
                refusal(
                        GOOD.replace("clusterId: \"ab\"", "clusterID: \"ab\"")
                                .replace("port: 6444", "port: 70000")
                                .replace("network: bridge", "network: token-ring")
                                .replace("name: m1, host: 10.0.0.1", "name: m2, host: 10.0.0.1"));
        for (String expected :
                List.of(
                        "key clusterId is missing",
                        "key clusterID is unknown",
                        "key api.port must be a port from 1 to 65535, is 70000",
                        "key network is not one of the known values: token-ring",
                        "key members must name this master, m1")) {
            assertTrue(message.contains(expected), message);
        }
        assertEquals(1, message.lines().count());
    }

    @Test
    void aWrongTypeIsNamed() throws IOException {
        String message = refusal(GOOD.replace("name: m1\n", "name: 17\n"));
        assertTrue(message.contains("key name must be a string"), message);
    }

    @Test
    void whatIsNotYamlIsOneLine() throws IOException {
        String message = refusal("name: [m1\n");
        assertTrue(message.contains("not valid YAML"), message);
        assertEquals(1, message.lines().count());
    }

    @Test
    void whatIsNotAMappingIsRefused() throws IOException {
        assertTrue(refusal("- a\n").contains("must be a mapping of keys"));
        assertTrue(refusal("").contains("must be a mapping of keys"));
    }

    @Test
    void aMissingFileIsNamed() {
        Path missing = folder.resolve("none.yaml");
        String message =
                String.valueOf(
                        assertThrows(ConfigException.class, () -> MasterConfig.read(missing))
                                .getMessage());
        assertTrue(message.contains("none.yaml"), message);
        assertTrue(message.contains("no such file"), message);
    }

    @Test
    void encryptsSecretsUnlessToldOtherwise() throws IOException {
        EncryptionPlan usual = MasterConfig.read(file(GOOD)).encryption();
        assertEquals(Set.of(new GroupResource("", "secrets")), usual.resources());
        assertEquals(Path.of("/etc/quilla/pki/encryption.keys"), usual.keyFile());
        assertTrue(usual.needsKeys());
        EncryptionPlan other =
                MasterConfig.read(
                                file(
                                        GOOD
                                                + "encryption: {resources: [widgets.example.com],"
                                                + " keyFile: keys}\n"))
                        .encryption();
        assertEquals(Set.of(new GroupResource("example.com", "widgets")), other.resources());
        assertEquals(folder.resolve("keys"), other.keyFile());
        assertFalse(
                MasterConfig.read(file(GOOD + "encryption: {resources: []}\n"))
                        .encryption()
                        .needsKeys());
        String message = refusal(GOOD + "encryption: {resources: ['*.*']}\n");
        assertTrue(message.contains("key encryption.resources names resources"), message);
    }
}
