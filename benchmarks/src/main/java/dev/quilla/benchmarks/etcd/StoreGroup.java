package dev.quilla.benchmarks.etcd;

import com.google.protobuf.ByteString;
import dev.quilla.pki.CertificateAuthority;
import dev.quilla.pki.CertificateRequest;
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
 * Three members of a store that speaks etcd v3, on loopback, with fsync and mutual TLS. Used by one
 * thread.
 */
public abstract class StoreGroup implements AutoCloseable {

    static final int MEMBERS = 3;

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
     * Makes the certificates; starts none.
     *
     * @param folder an empty directory, for certificates and data
     * @param organizations of the members' certificates
     */
    StoreGroup(Path folder, List<String> organizations) throws IOException {
        this.folder = Files.createDirectories(folder);
        List<Integer> ports = freePorts(2 * MEMBERS);
        this.clientPorts = ports.subList(0, MEMBERS);
        this.peerPorts = ports.subList(MEMBERS, 2 * MEMBERS);
        CertificateAuthority authority =
                CertificateAuthority.create("peer", Duration.ofDays(2), InstantSource.system());
        authority.save(folder.resolve("ca.crt"), folder.resolve("ca.key"));
        for (int i = 0; i < MEMBERS; i++) {
            save(authority, name(i), organizations);
        }
        save(authority, "client", List.of());
        this.endpoints = new Endpoints(clientPorts, folder);
    }

    private void save(CertificateAuthority authority, String name, List<String> organizations)
            throws IOException {
        authority
                .issue(
                        CertificateRequest.peer(name, List.of("localhost"), List.of("127.0.0.1"))
                                .withOrganizations(organizations))
                .save(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
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

    /** The words that start a member. */
    abstract List<String> command(int member);

    final Path folder() {
        return folder;
    }

    final int clientPort(int member) {
        return clientPorts.get(member);
    }

    final int peerPort(int member) {
        return peerPorts.get(member);
    }

    static String name(int member) {
        return "m" + (member + 1);
    }

    /** Starts all, and returns when they take writes. */
    final void startAll() throws IOException {
        for (int i = 0; i < MEMBERS; i++) {
            processes.add(launch(i));
        }
        if (!awaitWrite(START)) {
            close();
            throw new IOException("no write was taken within " + START + ": see " + folder);
        }
        IntStream.range(0, MEMBERS).forEach(this::awaitAnswer);
    }

    private Process launch(int member) throws IOException {
        return new ProcessBuilder(command(member))
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(
                                folder.resolve(name(member) + ".log").toFile()))
                .start();
    }

    /** How clients reach the members. */
    public final Endpoints endpoints() {
        return endpoints;
    }

    /** Which member leads. */
    final int leader() {
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

    /** The process of a member. */
    final ProcessHandle process(int member) {
        return processes.get(member).toHandle();
    }

    /** The processes of all members. */
    public final List<Long> pids() {
        return processes.stream().map(Process::pid).toList();
    }

    /** Where clients find the members, with commas between. */
    public final String clientUrls() {
        return clientPorts.stream()
                .map(port -> "https://127.0.0.1:" + port)
                .collect(Collectors.joining(","));
    }

    /** What all members have used of the processors, since they were started. */
    final Duration processorTime() {
        return processes.stream()
                .map(p -> processorTime(p.toHandle()))
                .reduce(Duration.ZERO, Duration::plus);
    }

    static Duration processorTime(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** {@code kill -9}; returns at once. */
    final void kill(int member) {
        processes.get(member).destroyForcibly();
    }

    /** Starts one that was killed; returns at once. */
    final void launchAgain(int member) throws IOException {
        processes.get(member).onExit().join();
        processes.set(member, launch(member));
    }

    /** Starts one that was killed; returns when it follows the leader again. */
    final void restart(int member) throws IOException {
        launchAgain(member);
        awaitAnswer(member);
    }

    /**
     * Kills the leader, and starts it again afterwards.
     *
     * @return from {@code kill -9} to the next acknowledged write
     */
    public final Duration killLeader() throws IOException {
        int leader = leader();
        long killed = System.nanoTime();
        kill(leader);
        if (!awaitWrite(START)) {
            throw new IOException("no write within " + START + " of the leader's death");
        }
        Duration took = Duration.ofNanos(System.nanoTime() - killed);
        restart(leader);
        return took;
    }

    /** Returns when a member that was started follows the leader again. */
    private void awaitAnswer(int member) {
        long deadline = System.nanoTime() + START.toNanos();
        while (!follows(member)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("member " + name(member) + " follows no leader");
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private boolean follows(int member) {
        try {
            return status(member).getLeader() != 0;
        } catch (StatusRuntimeException e) {
            // The first call after a kill may find the old connection, which is just closing.
            return false;
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
    public final void close() {
        endpoints.close();
        processes.forEach(Process::destroy);
        processes.forEach(p -> p.onExit().join());
    }
}
