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
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Members of a running store come and go, as a person makes them. */
@BesideClusters
@Timeout(400)
final class MembershipTest {

    private static final int BASE_PORT = 30_379;

    @TempDir private Path directory;

    @BeforeEach
    void start() {
        quilla("store", "--members", "3", "--base-port", "" + BASE_PORT, "--detach").output();
    }

    @AfterEach
    void stop() {
        quilla("store", "--stop", "--purge").output();
        assertFalse(Files.exists(directory), "what Quilla made is gone");
    }

    private Command quilla(String verb, String... words) {
        List<String> all = new ArrayList<>(List.of("./quilla", verb));
        all.addAll(List.of(words));
        all.addAll(List.of("--dir", directory.toString()));
        return Command.run(Map.of("QUILLA_NO_BUILD", "1"), all);
    }

    private Command etcdctl(List<Integer> ports, String... words) {
        Path pki = directory.resolve("pki");
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "etcdctl",
                                "--endpoints",
                                String.join(
                                        ",", ports.stream().map(p -> "127.0.0.1:" + p).toList()),
                                "--command-timeout",
                                "30s",
                                "--cacert",
                                pki.resolve("ca.crt").toString(),
                                "--cert",
                                pki.resolve("client.crt").toString(),
                                "--key",
                                pki.resolve("client.key").toString()));
        all.addAll(List.of(words));
        return Command.run(Map.of("ETCDCTL_API", "3"), all);
    }

    private Command etcdctl(String... words) {
        return etcdctl(List.of(BASE_PORT, BASE_PORT + 1, BASE_PORT + 2), words);
    }

    private List<String> names() {
        return column(1);
    }

    private List<String> column(int index) {
        return quilla("member", "list")
                .output()
                .lines()
                .skip(1)
                .map(l -> l.split(" +")[index])
                .toList();
    }

    private String leader() {
        return quilla("member", "list")
                .output()
                .lines()
                .filter(l -> l.contains(" leader "))
                .map(l -> l.split(" +")[1])
                .findFirst()
                .orElse("");
    }

    private static void refused(Command command, String why) {
        assertEquals(1, command.code(), command::toString);
        assertEquals(1, command.err().lines().count(), command::toString);
        assertTrue(command.err().contains(why), command::toString);
    }

    @Test
    void aFourthJoinsAndTheLeaderGoesWhileClientsWrite() throws InterruptedException {
        List<String> written = new ArrayList<>();
        AtomicBoolean enough = new AtomicBoolean();
        Thread writer =
                Thread.ofVirtual()
                        .start(() -> {
                            for (int i = 0; !enough.get(); i++) {
                                if (etcdctl("put", "k" + i, "v").succeeded()) {
                                    written.add("k" + i);
                                }
                            }
                        });
        quilla("member", "add").output();
        assertEquals(List.of("member-1", "member-2", "member-3", "member-4"), names());
        String first = leader();
        quilla("member", "remove", first).output();
        enough.set(true);
        writer.join();
        assertFalse(names().contains(first));
        assertFalse(Files.exists(directory.resolve(first)), "nothing of it is left");
        int port = BASE_PORT + 6;
        List<String> kept =
                etcdctl(List.of(port), "get", "k", "--prefix", "--keys-only")
                        .output()
                        .lines()
                        .toList();
        assertTrue(kept.containsAll(written), () -> written + " but only " + kept);
        assertEquals(
                "v",
                etcdctl(List.of(port), "get", "k0", "--rev", "2", "--print-value-only").output());
        quilla("store", "--stop").output();
        quilla("store", "--detach").output();
        assertEquals(3, names().size());
    }

    @Test
    void aWipedOneIsReplacedAndLeads() throws IOException {
        etcdctl("put", "a", "1").output();
        kill("member-2");
        Command.run(Map.of(), List.of("rm", "-rf", directory.resolve("member-2").toString()))
                .output();
        Eventually.within(
                Duration.ofSeconds(30),
                "its absence is seen",
                () -> assertTrue(column(4).contains("unreachable")));
        quilla("member", "remove", "member-2").output();
        quilla("member", "add", "member-2").output();
        quilla("member", "transfer", "member-2").output();
        assertEquals("member-2", leader());
        assertEquals("a\n1", etcdctl(List.of(BASE_PORT + 1), "get", "a").output());
    }

    private void kill(String member) throws IOException {
        String pid = Files.readString(directory.resolve(member).resolve("pid")).split(" ")[0];
        ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void whatCannotBeIsRefusedInOneLine() throws IOException {
        refused(quilla("member", "remove", "nobody"), "there is no member 'nobody'");
        refused(quilla("member", "add", "other"), "member-1 to member-9");
        refused(quilla("member", "add", "member-1"), "remove that one first");
        refused(quilla("member", "recover"), "runs");
        kill("member-3");
        Eventually.within(
                Duration.ofSeconds(30),
                "two of three cannot spare one",
                () -> refused(quilla("member", "remove", "member-1"), "only 1 answer"));
        assertEquals(2, quilla("member", "frobnicate").code());
    }

    @Test
    void etcdctlChangesMembersToo() {
        quilla("member", "add", "--learner").output();
        List<String> learner = etcdctlMember("member-4");
        assertEquals("true", learner.get(5));
        etcdctl("member", "promote", learner.getFirst()).output();
        assertEquals("false", etcdctlMember("member-4").get(5));
        String next = leader().equals("member-1") ? "member-2" : "member-1";
        etcdctl("move-leader", etcdctlMember(next).getFirst()).output();
        assertEquals(next, leader());
        Command none =
                etcdctl(
                        "member",
                        "add",
                        "x",
                        "--peer-urls",
                        "https://127.0.0.1:" + (BASE_PORT - 1));
        assertTrue(none.err().contains("no member of this store waits"), none::toString);
        etcdctl("member", "remove", learner.getFirst()).output();
        assertEquals(3, names().size());
        // The process has ended; what its directory still has of it goes with this.
        quilla("member", "remove", "member-4").output();
    }

    private List<String> etcdctlMember(String name) {
        return etcdctl("member", "list")
                .output()
                .lines()
                .map(l -> List.of(l.split(", ")))
                .filter(m -> m.get(2).equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void oneOfThreeGoesOnWhenTwoDisksAreLost() throws IOException {
        for (int i = 0; i < 5; i++) {
            etcdctl("put", "k" + i, "v" + i).output();
        }
        quilla("store", "--stop").output();
        refused(quilla("member", "recover"), "majority");
        for (String lost : List.of("member-1", "member-3")) {
            Command.run(Map.of(), List.of("rm", "-rf", directory.resolve(lost).toString()))
                    .output();
        }
        String told = quilla("member", "recover").output();
        assertTrue(told.contains("revision 6"), told);
        quilla("store", "--detach").output();
        assertEquals(List.of("member-2"), names());
        quilla("member", "add").output();
        quilla("member", "add").output();
        assertEquals(List.of("member-1", "member-2", "member-3"), names());
        assertEquals("v4", etcdctl("get", "k4", "--print-value-only").output());
    }
}
