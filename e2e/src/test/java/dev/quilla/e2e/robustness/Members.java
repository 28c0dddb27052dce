package dev.quilla.e2e.robustness;

import dev.quilla.e2e.Checkout;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.MoveLeaderRequest;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.StatusResponse;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Three members of a store, each on a host of its own: a network namespace at a switch for clients,
 * with a {@link PeerNetwork} to the others and a {@link Disk}. Needs root. Thread-safe but for
 * faults, which one thread makes.
 */
final class Members implements AutoCloseable {

    static final int COUNT = 3;

    /** The member whose clock can be changed. */
    static final int WITH_CLOCK = 2;

    private static final String DEVICE = "quilla-robust";
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final MemberFiles files;
    private final PeerNetwork network;
    private final WallClock clock;
    private final List<Disk> disks = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();
    private final List<ManagedChannel> channels = new ArrayList<>();

    /** Makes the hosts and starts all. */
    Members(Path folder, long seed) throws IOException {
        files = new MemberFiles(folder);
        clock = new WallClock(folder);
        Host.makeSwitch(DEVICE, MemberFiles.CLIENTS_ADDRESS);
        for (int i = 0; i < COUNT; i++) {
            Host.make(host(i), MemberFiles.address(i) + "/24");
            disks.add(new Disk(folder.resolve(MemberFiles.name(i))));
        }
        network = new PeerNetwork(IntStream.range(0, COUNT).mapToObj(Members::host).toList(), seed);
        files.write(COUNT, disks);
        SslContext tls = files.tls();
        for (int i = 0; i < COUNT; i++) {
            channels.add(
                    NettyChannelBuilder.forAddress(MemberFiles.address(i), MemberFiles.CLIENT_PORT)
                            .sslContext(tls)
                            .build());
            processes.add(launch(i));
        }
    }

    private static String host(int i) {
        return "quilla-r" + (i + 1);
    }

    /** The connection to a member; it comes back by itself when the member does. */
    ManagedChannel channel(int i) {
        return channels.get(i);
    }

    /** The network between members. */
    PeerNetwork network() {
        return network;
    }

    /** The clock of {@link #WITH_CLOCK}. */
    WallClock clock() {
        return clock;
    }

    Disk disk(int i) {
        return disks.get(i);
    }

    /** Starts a member that does not run. */
    void start(int i) {
        processes.set(i, launch(i));
    }

    private Process launch(int i) {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(
                                    Host.words(
                                            host(i),
                                            "./quilla",
                                            "store",
                                            "--config",
                                            files.config(i).toString()))
                            .directory(Checkout.root().toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(
                                    ProcessBuilder.Redirect.appendTo(files.log(i).toFile()));
            builder.environment().put("QUILLA_NO_BUILD", "1");
            if (i == WITH_CLOCK) {
                builder.environment().putAll(clock.environment());
            }
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean runs(int i) {
        return processes.get(i).isAlive();
    }

    /** How much a member has said so far; a place to read on from. */
    long said(int i) {
        return files.log(i).toFile().length();
    }

    /** What it has said since. */
    String saidSince(int i, long place) {
        try {
            return Files.readString(files.log(i)).substring((int) place);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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

    /** The member that says that it leads; empty if none does. */
    OptionalInt leader() {
        return IntStream.range(0, COUNT).filter(this::leads).findFirst();
    }

    private boolean leads(int i) {
        return status(i).filter(s -> s.getLeader() == s.getHeader().getMemberId()).isPresent();
    }

    /** Whether a member answers, and follows the leader or leads. */
    boolean serves(int i) {
        return status(i).filter(s -> s.getLeader() != 0).isPresent();
    }

    private Optional<StatusResponse> status(int i) {
        try {
            return Optional.of(
                    MaintenanceGrpc.newBlockingStub(channel(i))
                            .withDeadlineAfter(LOOK.toMillis(), TimeUnit.MILLISECONDS)
                            .status(StatusRequest.getDefaultInstance()));
        } catch (StatusRuntimeException e) {
            return Optional.empty();
        }
    }

    /** Asks the leader to hand over to a member; it may say no. */
    void lead(int leader, int next) {
        status(next)
                .ifPresent(status -> {
                    try {
                        MaintenanceGrpc.newBlockingStub(channel(leader))
                                .withDeadlineAfter(LOOK.toMillis(), TimeUnit.MILLISECONDS)
                                .moveLeader(
                                        MoveLeaderRequest.newBuilder()
                                                .setTargetID(status.getHeader().getMemberId())
                                                .build());
                    } catch (StatusRuntimeException e) {
                        System.out.println("the leader stays: " + e.getStatus());
                    }
                });
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        processes.forEach(Process::destroyForcibly);
        disks.forEach(Disk::release);
        processes.forEach(p -> p.onExit().join());
        network.close();
        for (int i = 0; i < COUNT; i++) {
            Host.remove(host(i));
        }
        Host.removeSwitch();
        disks.forEach(Disk::close);
    }
}
