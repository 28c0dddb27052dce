package dev.quilla.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups of a store, made and used by Quilla's command line and by etcd's. */
@BesideClusters
final class StoreBackupTest {

    private static final int BASE_PORT = 30_629;
    private static final int OTHER_PORT = 30_639;

    @TempDir private Path folder;

    private Path directory;

    @BeforeEach
    void start() {
        directory = folder.resolve("store");
        store(directory, "--members", "3", "--base-port", "" + BASE_PORT, "--detach").output();
    }

    @AfterEach
    void stop() {
        store(directory, "--stop", "--purge").output();
    }

    private static Command quilla(String... words) {
        List<String> all = new ArrayList<>(List.of("./quilla"));
        all.addAll(List.of(words));
        return Command.run(Map.of("QUILLA_NO_BUILD", "1"), all);
    }

    private static Command store(Path where, String... words) {
        List<String> all = new ArrayList<>(List.of("store", "--dir", where.toString()));
        all.addAll(List.of(words));
        return quilla(all.toArray(String[]::new));
    }

    private static String etcdctl(Path where, int port, String... words) {
        Path pki = where.resolve("pki");
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "etcdctl",
                                "--endpoints",
                                "127.0.0.1:" + port,
                                "--cacert",
                                pki.resolve("ca.crt").toString(),
                                "--cert",
                                pki.resolve("client.crt").toString(),
                                "--key",
                                pki.resolve("client.key").toString()));
        all.addAll(List.of(words));
        return Command.run(Map.of("ETCDCTL_API", "3"), "", all).output();
    }

    @Test
    void aNewStoreGoesOnFromWhatEtcdctlSaved() throws IOException {
        etcdctl(directory, BASE_PORT, "put", "a", "1");
        etcdctl(directory, BASE_PORT, "put", "b", "2");
        String saved = folder.resolve("etcd.db").toString();
        etcdctl(directory, BASE_PORT, "snapshot", "save", saved);
        etcdctl(directory, BASE_PORT, "put", "c", "3");
        String own = folder.resolve("own.backup").toString();
        String dir = directory.toString();
        String line = quilla("backup", "save", own, "--dir", dir).output();
        assertTrue(line.startsWith("saved " + own + ": revision 4, 3 keys"), line);
        assertEquals(1, quilla("backup", "save", own, "--dir", dir).code());
        String byFile = folder.resolve("by-file.backup").toString();
        String member = directory.resolve("member-2/config.yaml").toString();
        line = quilla("backup", "save", byFile, "--config", member).output();
        assertTrue(line.startsWith("saved " + byFile + ": revision 4, 3 keys"), line);
        assertTrue(quilla("backup", "verify", saved).output().contains("revision 3, 2 keys"));
        String json = quilla("backup", "verify", saved, "-o", "json").output();
        assertTrue(json.contains("\"revision\":3"), json);

        Path other = folder.resolve("other");
        String[] restore = {
            "backup", "restore", saved, "--dir", other.toString(), "--base-port", "" + OTHER_PORT
        };
        quilla(restore).output();
        Command again = quilla(restore);
        assertEquals(1, again.code());
        assertTrue(again.err().contains("has data in it"), again.err());
        try {
            store(other, "--detach").output();
            assertEquals("a\n1\nb\n2", etcdctl(other, OTHER_PORT, "get", "", "--prefix"));
            for (int i = 0; i < 3; i++) {
                assertEquals("a\n1", etcdctl(other, OTHER_PORT + i, "get", "a"));
            }
            String status = etcdctl(other, OTHER_PORT, "get", "a", "-w", "json");
            assertTrue(status.contains("\"revision\":1000000003"), status);
        } finally {
            store(other, "--stop", "--purge").output();
        }
    }

    @Test
    void aDamagedBackupIsNamedAndNotUsed() throws IOException {
        etcdctl(directory, BASE_PORT, "put", "a", "1");
        Path backups = Files.createDirectory(folder.resolve("backups"));
        Path first = backups.resolve("1.backup");
        Path second = backups.resolve("2.backup");
        quilla("backup", "save", first.toString(), "--dir", directory.toString()).output();
        quilla("backup", "save", second.toString(), "--dir", directory.toString()).output();
        byte[] bytes = Files.readAllBytes(second);
        bytes[200] ^= 1;
        Files.write(second, bytes);
        Command verified = quilla("backup", "verify", second.toString());
        assertEquals(1, verified.code());
        assertTrue(verified.err().contains("is damaged at byte"), verified.err());
        Path other = folder.resolve("none");
        assertEquals(
                1,
                quilla("backup", "restore", second.toString(), "--dir", other.toString()).code());
        assertFalse(Files.exists(other));
        String listed = quilla("backup", "ls", backups.toString()).output();
        assertTrue(listed.contains("1.backup: revision 2, 1 keys"), listed);
        assertTrue(listed.contains("2.backup: NOT USABLE"), listed);
    }
}
