package dev.quilla.benchmarks.etcd;

import com.google.protobuf.ByteString;
import dev.quilla.client.pki.CertificateAuthority;
import dev.quilla.client.pki.CertificateRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.StatusResponse;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The peer: three members of an installed {@code etcd} on loopback, with fsync and mutual TLS as
 * Quilla's have. Used by one thread.
 */
public final class EtcdGroup implements AutoCloseable {

    private static final int MEMBERS = 3;
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration ATTEMPT = Duration.ofMillis(250);
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final ByteString PROBE = ByteString.copyFromUtf8("/probe");

    private final Path folder;
    private final List<Integer> clientPorts;
    private final List<Integer> peerPorts;
    private final List<Process> processes = new ArrayList<>();
    private final Endpoints endpoints;

    /**
     * Starts one, and returns when it takes writes.
     *
     * @param folder an empty directory, for certificates and data
     * @throws IOException if there is no etcd, or it does not start
     */
    public EtcdGroup(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        List<Integer> ports = freePorts(2 * MEMBERS);
        this.clientPorts = ports.subList(0, MEMBERS);
        this.peerPorts = ports.subList(MEMBERS, 2 * MEMBERS);
        makeCertificates();
        for (int i = 0; i < MEMBERS; i++) {
            processes.add(start(i));
        }
        this.endpoints = new Endpoints(clientPorts, folder);
        if (!awaitWrite(START)) {
            close();
            throw new IOException("etcd took no write within " + START + ": see " + folder);
        }
    }

    private void makeCertificates() throws IOException {
        CertificateAuthority authority =
                CertificateAuthority.create("peer", Duration.ofDays(2), InstantSource.system());
        authority.save(folder.resolve("ca.crt"), folder.resolve("ca.key"));
        for (String name : List.of("member", "client")) {
            authority
                    .issue(
                            CertificateRequest.peer(
                                    name, List.of("localhost"), List.of("127.0.0.1")))
                    .save(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
        }
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            held.add(new ServerSocket(0));
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
        return held.stream().map(ServerSocket::getLocalPort).toList();
    }

    private Process start(int i) throws IOException {
        String client = "https://127.0.0.1:" + clientPorts.get(i);
        String peer = "https://127.0.0.1:" + peerPorts.get(i);
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "etcd",
                                "--name=" + name(i),
                                "--data-dir=" + folder.resolve(name(i)),
                                "--log-level=error",
                                "--listen-client-urls=" + client,
                                "--advertise-client-urls=" + client,
                                "--listen-peer-urls=" + peer,
                                "--initial-advertise-peer-urls=" + peer,
                                "--initial-cluster=" + cluster()));
        for (String side : List.of("", "peer-")) {
            command.add("--" + side + "client-cert-auth");
            command.add("--" + side + "trusted-ca-file=" + folder.resolve("ca.crt"));
            command.add("--" + side + "cert-file=" + folder.resolve("member.crt"));
            command.add("--" + side + "key-file=" + folder.resolve("member.key"));
        }
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve(name(i) + ".log").toFile()))
                .start();
    }

    private String cluster() {
        return IntStream.range(0, MEMBERS)
                .mapToObj(i -> name(i) + "=https://127.0.0.1:" + peerPorts.get(i))
                .collect(Collectors.joining(","));
    }

    private static String name(int i) {
        return "m" + (i + 1);
    }

    /** How clients reach the members. */
    public Endpoints endpoints() {
        return endpoints;
    }

    /**
     * Kills the leader, and starts it again afterwards.
     *
     * @return from {@code kill -9} to the next acknowledged write
     */
    public Duration killLeader() throws IOException {
        int leader = leader();
        long killed = System.nanoTime();
        processes.get(leader).destroyForcibly();
        if (!awaitWrite(START)) {
            throw new IOException("no write within " + START + " of the leader's death");
        }
        Duration took = Duration.ofNanos(System.nanoTime() - killed);
        processes.get(leader).onExit().join();
        processes.set(leader, start(leader));
        awaitAnswer(leader);
        return took;
    }

    private int leader() {
        for (int i = 0; i < MEMBERS; i++) {
            StatusResponse status = status(i);
            if (status.getLeader() == status.getHeader().getMemberId()) {
                return i;
            }
        }
        throw new IllegalStateException("no member says that it leads");
    }

    private StatusResponse status(int member) {
        return MaintenanceGrpc.newBlockingStub(endpoints.of(member))
                .withDeadlineAfter(START.toSeconds(), TimeUnit.SECONDS)
                .withWaitForReady()
                .status(StatusRequest.getDefaultInstance());
    }

    /** Returns when a member that was started follows the leader again. */
    private void awaitAnswer(int member) {
        while (status(member).getLeader() == 0) {
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /** Asks one member after the other, as a client does that has lost its own. */
    private boolean awaitWrite(Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        for (int i = 0; System.nanoTime() < deadline; i++) {
            if (write(endpoints.of(i))) {
                return true;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        return false;
    }

    private static boolean write(ManagedChannel channel) {
        try {
            KVGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(ATTEMPT.toMillis(), TimeUnit.MILLISECONDS)
                    .put(PutRequest.newBuilder().setKey(PROBE).setValue(PROBE).build());
            return true;
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    @Override
    public void close() {
        endpoints.close();
        processes.forEach(Process::destroy);
        processes.forEach(p -> p.onExit().join());
    }
}
