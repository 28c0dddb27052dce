package dev.quilla.benchmarks.store;

import dev.quilla.pki.CertificateAuthority;
import dev.quilla.pki.CertificateRequest;
import dev.quilla.store.raft.RaftStoreConfig;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Three members as processes on loopback, with fsync and mutual TLS, as masters run them. */
final class MemberGroup implements AutoCloseable {

    private static final List<String> IDS = List.of("m1", "m2", "m3");

    /** No member says by itself that it leads, so they are asked. */
    private static final Duration LOOK = Duration.ofMillis(10);

    private final Path folder;
    private final List<String> flags;
    private final String ports;
    private final Duration electionMin;
    private final Duration electionMax;
    private final Map<String, Member> members = new TreeMap<>();

    /**
     * Makes their certificates; starts none.
     *
     * @param flags for their JVMs, beside those that masters have
     */
    MemberGroup(Path folder, List<String> flags, Duration electionMin, Duration electionMax)
            throws IOException {
        this.folder = folder;
        this.flags = List.copyOf(flags);
        this.electionMin = electionMin;
        this.electionMax = electionMax;
        this.ports = String.join(",", freePorts());
        CertificateAuthority authority =
                CertificateAuthority.create(
                        "benchmark", Duration.ofDays(2), InstantSource.system());
        authority.save(folder.resolve("ca.crt"), folder.resolve("ca.key"));
        for (String id : IDS) {
            authority
                    .issue(
                            CertificateRequest.peer(id, List.of("localhost"), List.of("127.0.0.1"))
                                    .withOrganizations(List.of(RaftStoreConfig.Tls.ORGANIZATION)))
                    .save(folder.resolve(id + ".crt"), folder.resolve(id + ".key"));
        }
    }

    private static List<String> freePorts() throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        List<String> found = new ArrayList<>();
        for (int i = 0; i < IDS.size(); i++) {
            ServerSocket socket = new ServerSocket(0);
            held.add(socket);
            found.add(Integer.toString(socket.getLocalPort()));
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
        return found;
    }

    void startAll() throws IOException {
        for (String id : IDS) {
            start(id);
        }
        members.values().forEach(Member::awaitReady);
    }

    Member start(String id) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-XX:+UseCompactObjectHeaders",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Xlog:disable", // its answers alone go to standard output
                        "-Dratis.level=INFO"));
        flags.forEach(f -> command.add(f.replace("ID", id)));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(
                List.of(
                        MemberMain.class.getName(),
                        id,
                        ports,
                        Files.createDirectories(folder.resolve(id)).toString(),
                        folder.toString(),
                        Long.toString(electionMin.toMillis()),
                        Long.toString(electionMax.toMillis())));
        Member member = new Member(id, new ProcessBuilder(command), folder.resolve(id + ".log"));
        members.put(id, member);
        return member;
    }

    List<Member> running() {
        return members.values().stream().filter(Member::isAlive).toList();
    }

    List<Member> all() {
        return List.copyOf(members.values());
    }

    /** Asks until somebody says that it leads. */
    Member awaitLeader() throws InterruptedException {
        while (true) {
            for (Member member : running()) {
                if (member.ask("role").join().equals("leader")) {
                    return member;
                }
            }
            Thread.sleep(LOOK);
        }
    }

    @Override
    public void close() {
        members.values().forEach(Member::close);
    }
}
