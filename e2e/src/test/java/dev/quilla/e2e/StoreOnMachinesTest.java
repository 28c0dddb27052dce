package dev.quilla.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.pki.CertificateAuthority;
import dev.quilla.pki.CertificateRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store as one runs it on machines of its own: each member has a certificate, a file and a
 * process that somebody starts, and all commands take a member's file.
 */
@BesideClusters
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class StoreOnMachinesTest {

    private static final int BASE_PORT = 30_579;
    private static final Duration START = Duration.ofSeconds(40);

    @TempDir private Path folder;

    private final Map<Integer, Process> running = new HashMap<>();

    @BeforeEach
    void start() throws IOException {
        CertificateAuthority authority =
                CertificateAuthority.create("store", Duration.ofDays(1), InstantSource.system());
        Files.createDirectories(pki());
        authority.save(pki().resolve("ca.crt"), pki().resolve("ca.key"));
        issue(authority, "client", List.of());
        for (int member = 1; member <= 4; member++) {
            issue(authority, name(member), List.of("quilla:members"));
        }
        List<Integer> founders = List.of(1, 2, 3);
        for (int member : founders) {
            write(member, false, founders);
            launch(member);
        }
        founders.forEach(this::awaitServing);
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (int member : List.copyOf(running.keySet())) {
            end(member);
        }
    }

    private Path pki() {
        return folder.resolve("pki");
    }

    private void issue(CertificateAuthority authority, String name, List<String> organizations)
            throws IOException {
        authority
                .issue(
                        CertificateRequest.peer(name, List.of("localhost"), List.of("127.0.0.1"))
                                .withOrganizations(organizations))
                .save(pki().resolve(name + ".crt"), pki().resolve(name + ".key"));
    }

    private static String name(int member) {
        return "node-" + member;
    }

    private Path file(int member) {
        return folder.resolve(name(member) + ".yaml");
    }

    private Path data(int member) {
        return folder.resolve(name(member));
    }

    private Path log(int member) {
        return folder.resolve(name(member) + ".log");
    }

    private void write(int member, boolean joins, List<Integer> members) throws IOException {
        String list =
                members.stream()
                        .map(m ->
                                "- {name: %s, host: 127.0.0.1, peerPort: %d, clientPort: %d}"
                                        .formatted(name(m), BASE_PORT + 10 + m, BASE_PORT + m))
                        .collect(Collectors.joining("\n"));
        Files.writeString(
                file(member),
                """
                name: %s
                clusterId: machines
                dataDir: %s
                pkiDir: %s
                join: %s
                members:
                %s
                """
                        .formatted(name(member), data(member), pki(), joins, list));
    }

    private void launch(int member) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder("./quilla", "store", "--config", file(member).toString())
                        .directory(Checkout.root().toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log(member).toFile());
        builder.environment().put("QUILLA_NO_BUILD", "1");
        running.put(member, builder.start());
    }

    private void end(int member) throws InterruptedException {
        Process process = running.remove(member);
        process.destroy();
        assertTrue(process.waitFor(START.toSeconds(), TimeUnit.SECONDS), "it does not end");
    }

    private void awaitServing(int member) {
        Eventually.within(
                START, name(member) + " serves", () -> etcdctl(member, "get", "none").output());
    }

    private Command etcdctl(int member, String... words) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "etcdctl",
                                "--endpoints",
                                "127.0.0.1:" + (BASE_PORT + member),
                                "--cacert",
                                pki().resolve("ca.crt").toString(),
                                "--cert",
                                pki().resolve("client.crt").toString(),
                                "--key",
                                pki().resolve("client.key").toString()));
        all.addAll(List.of(words));
        return Command.run(Map.of("ETCDCTL_API", "3"), all);
    }

    private Command quilla(int member, String... words) {
        List<String> all = new ArrayList<>(List.of("./quilla"));
        all.addAll(List.of(words));
        all.addAll(List.of("--config", file(member).toString()));
        return Command.run(Map.of("QUILLA_NO_BUILD", "1"), all);
    }

    private List<String> members(int asked) {
        return quilla(asked, "member", "list")
                .output()
                .lines()
                .skip(1)
                .map(line -> line.split(" +")[1])
                .toList();
    }

    @Test
    void membersComeLeadAndGo() throws IOException {
        etcdctl(1, "put", "a", "1").output();
        write(4, true, List.of(4, 1));
        launch(4);
        Eventually.within(
                START,
                "the member is taken in",
                () -> quilla(4, "member", "add", "--learner").output());
        assertEquals(1, quilla(4, "member", "add").code());
        quilla(1, "member", "promote", name(4)).output();
        assertEquals(IntStream.rangeClosed(1, 4).mapToObj(i -> name(i)).toList(), members(1));
        assertEquals(name(4) + " leads", quilla(4, "member", "transfer", name(4)).output());
        quilla(4, "member", "remove", name(2)).output();
        assertEquals(List.of(name(1), name(3), name(4)), members(4));
        assertEquals("a\n1", etcdctl(4, "get", "a").output());
        Eventually.within(
                START,
                "the removed one ends and says why",
                () -> assertTrue(Files.readString(log(2)).contains("was removed")));
    }

    @Test
    void theLastMemberGoesOnAloneAndABackupGoesToAll() throws Exception {
        etcdctl(1, "put", "a", "1").output();
        Command live = quilla(1, "member", "recover");
        assertEquals(1, live.code(), live::toString);
        for (int member : List.of(1, 2, 3)) {
            end(member);
        }
        quilla(1, "member", "recover").output();
        launch(1);
        awaitServing(1);
        assertEquals("a\n1", etcdctl(1, "get", "a").output());
        assertEquals(List.of(name(1)), members(1));

        String backup = folder.resolve("a.backup").toString();
        quilla(1, "backup", "save", backup).output();
        end(1);
        for (int member : List.of(1, 2, 3)) {
            Command refused = quilla(member, "backup", "restore", backup);
            assertEquals(1, refused.code(), refused::toString);
            Files.move(data(member), folder.resolve("old-" + member));
            quilla(member, "backup", "restore", backup).output();
        }
        for (int member : List.of(1, 2, 3)) {
            launch(member);
        }
        for (int member : List.of(1, 2, 3)) {
            awaitServing(member);
            assertEquals("a\n1", etcdctl(member, "get", "a").output());
        }
        assertEquals(List.of(name(1), name(2), name(3)), members(1));
    }
}
