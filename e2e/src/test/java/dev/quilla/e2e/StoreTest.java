package dev.quilla.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store alone, used by etcd's own command line. */
@BesideClusters
final class StoreTest {

    private static final int BASE_PORT = 30_429;

    @TempDir private Path directory;

    @BeforeEach
    void start() {
        store("--members", "3", "--base-port", "" + BASE_PORT, "--detach").output();
    }

    @AfterEach
    void stop() {
        store("--stop", "--purge").output();
        assertFalse(Files.exists(directory), "what Quilla made is gone");
    }

    private Command store(String... words) {
        List<String> all =
                new ArrayList<>(List.of("./quilla", "store", "--dir", directory.toString()));
        all.addAll(List.of(words));
        return Command.run(Map.of("QUILLA_NO_BUILD", "1"), all);
    }

    private Command run(String input, String... words) {
        return runAt(
                "127.0.0.1:%d,127.0.0.1:%d,127.0.0.1:%d"
                        .formatted(BASE_PORT, BASE_PORT + 1, BASE_PORT + 2),
                input,
                words);
    }

    private Command runAt(String endpoints, String input, String... words) {
        Path pki = directory.resolve("pki");
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "etcdctl",
                                "--endpoints",
                                endpoints,
                                "--cacert",
                                pki.resolve("ca.crt").toString(),
                                "--cert",
                                pki.resolve("client.crt").toString(),
                                "--key",
                                pki.resolve("client.key").toString()));
        all.addAll(List.of(words));
        return Command.run(Map.of("ETCDCTL_API", "3"), input, all);
    }

    private String etcdctl(String... words) {
        return run("", words).output();
    }

    @Test
    void etcdctlFindsAllThatItKnows() {
        assertEquals("OK", etcdctl("put", "a", "1"));
        assertEquals("OK\na\n1", etcdctl("put", "a", "2", "--prev-kv"));
        etcdctl("put", "b", "1");
        assertEquals("a\nb", etcdctl("get", "", "--prefix", "--keys-only").replace("\n\n", "\n"));
        assertEquals("a\n1", etcdctl("get", "a", "--rev", "2"));
        assertEquals("b\n1\na\n2", etcdctl("get", "", "--from-key", "--order", "DESCEND"));
        String transaction = "mod(\"c\") = \"0\"\n\nput c 1\n\nget c\n\n";
        assertEquals("SUCCESS\n\nOK", run(transaction, "txn").output());
        assertEquals("FAILURE\n\nc\n1", run(transaction, "txn").output());
        assertEquals("2", etcdctl("del", "a", "c"));
        assertEquals("compacted revision 6", etcdctl("compaction", "6"));
        assertFalse(run("", "get", "a", "--rev", "2").succeeded());
        assertEquals(3, etcdctl("endpoint", "hashkv").lines().map(l -> l.split(" ")[1]).count());
        assertEquals(
                1,
                etcdctl("endpoint", "hashkv").lines().map(l -> l.split(" ")[1]).distinct().count());
        assertEquals(3, etcdctl("member", "list").lines().count());
        Command auth = run("", "auth", "enable");
        assertTrue(auth.err().contains("Quilla does not offer etcdserverpb.Auth/AuthEnable"));
    }

    @Test
    void aKeyEndsWithItsLease() {
        String granted = etcdctl("lease", "grant", "2");
        String lease = granted.split(" ")[1];
        etcdctl("put", "k", "v", "--lease", lease);
        assertEquals("found 1 leases\n" + lease, etcdctl("lease", "list"));
        Eventually.within(
                Duration.ofSeconds(30),
                "the lease ends",
                () -> assertEquals("found 0 leases", etcdctl("lease", "list")));
        assertEquals("", etcdctl("get", "k"));
    }

    @Test
    void whatWasAcknowledgedSurvivesTheLeader() throws IOException {
        List<String> written = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            if (i == 10) {
                kill("member-1");
            }
            if (run("", "put", "k" + i, "v").succeeded()) {
                written.add("k" + i);
            }
        }
        assertTrue(written.size() >= 25, () -> "two of three members go on: " + written);
        store("--detach").output();
        List<String> kept = etcdctl("get", "k", "--prefix", "--keys-only").lines().toList();
        assertTrue(kept.containsAll(written), () -> written + " but only " + kept);
    }

    @Test
    void whatADisksDamageTookIsFilledFromTheOthers() throws IOException {
        for (int i = 0; i < 5; i++) {
            etcdctl("put", "k" + i, "v" + i);
        }
        kill("member-2");
        damageLog("member-2");
        etcdctl("put", "k5", "v5");
        store("--detach").output();
        assertFilled("member-2", "is damaged at byte ");
        kill("member-3");
        Command.run(Map.of(), List.of("rm", "-r", directory.resolve("member-3/raft").toString()))
                .output();
        store("--detach").output();
        assertFilled("member-3", "member-3 has lost its data");
    }

    private void damageLog(String member) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve(member))) {
            Path log =
                    files.filter(f -> f.getFileName().toString().startsWith("log_inprogress"))
                            .findFirst()
                            .orElseThrow();
            byte[] bytes = Files.readAllBytes(log);
            bytes[60] ^= 1;
            Files.write(log, bytes);
        }
    }

    /** What it holds itself, without asking the others. */
    private void assertFilled(String member, String why) {
        for (int i = 0; i < 6; i++) {
            assertEquals(
                    "k%d\nv%d".formatted(i, i),
                    etcdctlAt(member, "get", "k" + i, "--consistency=s"));
        }
        String status = store("--status").output();
        assertTrue(status.contains("filled anew") && status.contains(why), status);
    }

    private String etcdctlAt(String member, String... words) {
        int number = Integer.parseInt(member.substring("member-".length()));
        return runAt("127.0.0.1:" + (BASE_PORT + number - 1), "", words).output();
    }

    private void kill(String member) throws IOException {
        String pid = Files.readString(directory.resolve(member).resolve("pid")).split(" ")[0];
        ProcessHandle.of(Long.parseLong(pid))
                .ifPresent(process -> {
                    process.destroyForcibly();
                    process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
                });
    }

    @Test
    void nobodyIsServedWithoutACertificate() {
        Command stranger =
                Command.run(
                        Map.of("ETCDCTL_API", "3"),
                        List.of(
                                "etcdctl",
                                "--endpoints",
                                "127.0.0.1:" + BASE_PORT,
                                "--cacert",
                                directory.resolve("pki/ca.crt").toString(),
                                "--command-timeout",
                                "3s",
                                "get",
                                "a"));
        assertFalse(stranger.succeeded());
    }
}
