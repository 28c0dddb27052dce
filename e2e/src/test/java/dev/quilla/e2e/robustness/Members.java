package dev.quilla.e2e.robustness;

import dev.quilla.client.pki.CertificateAuthority;
import dev.quilla.client.pki.CertificateRequest;
import dev.quilla.e2e.Checkout;
import dev.quilla.store.raft.RaftStoreConfig;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.StatusResponse;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Three members of a store, each on a host of its own: a network namespace at a switch that this
 * class makes. Needs root. Thread-safe but for faults, which one thread makes.
 */
final class Members implements AutoCloseable {

    static final int COUNT = 3;

    private static final String DEVICE = "quilla-robust";
    private static final String NETWORK = "10.213.77.";
    private static final int PEER_PORT = 2380;
    private static final int CLIENT_PORT = 2379;
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final Path folder;
    private final Map<Integer, Process> processes = new HashMap<>();
    private final List<ManagedChannel> channels = new ArrayList<>();

    /** Makes the hosts and starts all. */
    Members(Path folder) throws IOException {
        this.folder = folder;
        makeCertificates();
        Host.makeSwitch(DEVICE, NETWORK + "1/24");
        SslContext tls =
                GrpcSslContexts.forClient()
                        .sslProvider(SslProvider.JDK)
                        .keyManager(file("client.crt"), file("client.key"))
                        .trustManager(file("ca.crt"))
                        .build();
        for (int i = 0; i < COUNT; i++) {
            Host.make(host(i), address(i) + "/24");
            Files.writeString(folder.resolve(name(i) + ".yaml"), config(i));
            channels.add(
                    NettyChannelBuilder.forAddress(address(i), CLIENT_PORT)
                            .sslContext(tls)
                            .build());
            start(i);
        }
    }

    private java.io.File file(String name) {
        return folder.resolve(name).toFile();
    }

    private void makeCertificates() throws IOException {
        CertificateAuthority authority =
                CertificateAuthority.create("robust", Duration.ofDays(2), InstantSource.system());
        authority.save(folder.resolve("ca.crt"), folder.resolve("ca.key"));
        for (int i = 0; i < COUNT; i++) {
            save(authority, name(i), List.of(address(i)));
        }
        save(authority, "client", List.of());
    }

    private void save(CertificateAuthority authority, String name, List<String> addresses)
            throws IOException {
        authority
                .issue(
                        CertificateRequest.peer(name, List.of(name), addresses)
                                .withOrganizations(List.of(RaftStoreConfig.Tls.ORGANIZATION)))
                .save(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
    }

    private String config(int i) {
        String members =
                IntStream.range(0, COUNT)
                        .mapToObj(m ->
                                "- {name: %s, host: %s, peerPort: %d, clientPort: %d}"
                                        .formatted(name(m), address(m), PEER_PORT, CLIENT_PORT))
                        .collect(Collectors.joining("\n"));
        return """
        name: %s
        clusterId: robust
        dataDir: %s
        pkiDir: %s
        listenAddress: %s
        members:
        %s
        """
                .formatted(name(i), folder.resolve(name(i)), folder, address(i), members);
    }

    static String name(int i) {
        return "m" + (i + 1);
    }

    private static String host(int i) {
        return "quilla-r" + (i + 1);
    }

    private static String address(int i) {
        return NETWORK + (11 + i);
    }

    /** The connection to a member; it comes back by itself when the member does. */
    ManagedChannel channel(int i) {
        return channels.get(i);
    }

    /** Starts a member that does not run. */
    void start(int i) {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(
                                    Host.words(
                                            host(i),
                                            "./quilla",
                                            "store",
                                            "--config",
                                            folder.resolve(name(i) + ".yaml").toString()))
                            .directory(Checkout.root().toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log(i).toFile()));
            builder.environment().put("QUILLA_NO_BUILD", "1");
            processes.put(i, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path log(int i) {
        return folder.resolve(name(i) + ".log");
    }

    /** {@code kill -9}, and waits for its end. */
    void kill(int i) {
        Process process = processes.get(i);
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Asks it to end, and waits until it has. */
    void stop(int i) {
        Process process = processes.get(i);
        process.destroy();
        process.onExit().join();
    }

    /** Makes it stand still. */
    void pause(int i) {
        signal(i, "STOP");
    }

    /** Lets it go on. */
    void resume(int i) {
        signal(i, "CONT");
    }

    private void signal(int i, String name) {
        Host.run(List.of("kill", "-" + name, Long.toString(processes.get(i).pid())));
    }

    /** Cuts it off from the other members; clients still reach it. */
    void cutOff(int i) {
        String others =
                IntStream.range(0, COUNT)
                        .filter(o -> o != i)
                        .mapToObj(Members::address)
                        .collect(Collectors.joining(","));
        Host.run(
                Host.words(
                        host(i),
                        "nft",
                        "add table inet cut;"
                                + " add chain inet cut in { type filter hook input priority 0; };"
                                + " add chain inet cut out { type filter hook output priority 0; };"
                                + " add rule inet cut in ip saddr { %s } drop;".formatted(others)
                                + " add rule inet cut out ip daddr { %s } drop".formatted(others)));
    }

    /** Ends {@link #cutOff}. */
    void rejoin(int i) {
        Host.run(Host.words(host(i), "nft", "delete table inet cut"));
    }

    /** The member that says that it leads; empty if none does. */
    OptionalInt leader() {
        return IntStream.range(0, COUNT).filter(this::leads).findFirst();
    }

    private boolean leads(int i) {
        try {
            StatusResponse status =
                    MaintenanceGrpc.newBlockingStub(channel(i))
                            .withDeadlineAfter(LOOK.toMillis(), TimeUnit.MILLISECONDS)
                            .status(StatusRequest.getDefaultInstance());
            return status.getLeader() == status.getHeader().getMemberId();
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        processes.values().forEach(Process::destroyForcibly);
        processes.values().forEach(p -> p.onExit().join());
        for (int i = 0; i < COUNT; i++) {
            Host.remove(host(i));
        }
        Host.removeSwitch();
    }
}
