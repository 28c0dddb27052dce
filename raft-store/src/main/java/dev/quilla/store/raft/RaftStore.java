package dev.quilla.store.raft;

import dev.quilla.store.Freshness;
import dev.quilla.store.KeyRange;
import dev.quilla.store.Leadership;
import dev.quilla.store.Outcome;
import dev.quilla.store.Store;
import dev.quilla.store.StoreException;
import dev.quilla.store.StoreStatus;
import dev.quilla.store.TooLargeException;
import dev.quilla.store.Txn;
import dev.quilla.store.UnavailableException;
import dev.quilla.store.UnknownOutcomeException;
import dev.quilla.store.View;
import dev.quilla.store.Watch;
import dev.quilla.store.mvcc.MvccState;
import dev.quilla.store.mvcc.StateCell;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage.StartupOption;
import org.apache.ratis.util.TimeDuration;

/** A store replicated by Apache Ratis; this process is one of its members. */
public final class RaftStore implements Store {

    /** How long a write or a linearizable read may take; elections are shorter. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration ELECTION_LOOK = Duration.ofMillis(50);

    private final RaftStoreConfig config;
    private final RaftGroup group;
    private final RaftServer server;
    private final StateCell cell;
    private final RaftLeadership leadership;
    private final Proposer proposer;
    private final ReadBarrier barrier = new ReadBarrier(this::readIndex);
    private final ClientId readerId = ClientId.randomId();
    private final AtomicLong readCalls = new AtomicLong();

    private RaftStore(
            RaftStoreConfig config,
            RaftGroup group,
            RaftServer server,
            StateCell cell,
            RaftLeadership leadership,
            Proposer proposer) {
        this.config = config;
        this.group = group;
        this.server = server;
        this.cell = cell;
        this.leadership = leadership;
        this.proposer = proposer;
    }

    /**
     * Starts this member; it finds the others by itself.
     *
     * @throws StoreException if the port is taken, or the data directory can't be used or is
     *     damaged
     */
    public static RaftStore open(RaftStoreConfig config) {
        checkPort(config.self());
        checkDirectory(config);
        RaftGroup group = group(config);
        RaftProperties properties = RatisSettings.of(config);
        Parameters parameters = parameters(config);
        StateCell cell = new StateCell(MvccState.empty());
        RaftLeadership leadership = new RaftLeadership();
        try {
            boolean fresh =
                    !Files.exists(
                            config.dataDir().resolve(group.getGroupId().getUuid().toString()));
            RaftServer server =
                    RaftServer.newBuilder()
                            .setServerId(RaftPeerId.valueOf(config.memberId()))
                            .setGroup(group)
                            .setStateMachine(
                                    new StoreStateMachine(cell, leadership, config.onFatal()))
                            .setProperties(properties)
                            .setParameters(parameters)
                            .setOption(fresh ? StartupOption.FORMAT : StartupOption.RECOVER)
                            .build();
            server.start();
            Proposer proposer = new Proposer(() -> client(group, properties, parameters));
            return new RaftStore(config, group, server, cell, leadership, proposer);
        } catch (IOException | RuntimeException e) {
            throw unusable(config, e);
        }
    }

    @Override
    public Outcome commit(Txn txn) {
        if (txn.bytes() > VALUE_BYTES_MAX) {
            throw new TooLargeException(
                    "the transaction is larger than " + VALUE_BYTES_MAX + " bytes");
        }
        Outcome outcome = await(proposer.propose(txn), "the write was not acknowledged in time");
        if (outcome instanceof Outcome.Committed(long revision)) {
            cell.await(revision, PATIENCE);
        }
        return outcome;
    }

    @Override
    public View view(Freshness freshness) {
        return switch (freshness) {
            case Freshness.Any ignored -> cell.state();
            case Freshness.AtLeast atLeast -> cell.await(atLeast.revision(), atLeast.atMost());
            case Freshness.Linearizable ignored -> {
                passBarrier();
                yield cell.state();
            }
        };
    }

    /**
     * While members elect a leader nobody can answer for all of them: that is worth waiting for.
     */
    private void passBarrier() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                await(barrier.pass(), "no majority of members answers");
                return;
            } catch (UnavailableException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(ELECTION_LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted");
        }
    }

    @Override
    public View viewAt(long revision) {
        return cell.state().at(revision);
    }

    @Override
    public Watch watch(KeyRange range, long afterRevision) {
        return cell.watch(range, afterRevision);
    }

    @Override
    public Leadership leadership() {
        return leadership;
    }

    @Override
    public StoreStatus status() {
        MvccState state = cell.state();
        DivisionInfo info = info();
        return new StoreStatus(
                config.memberId(),
                info.getCurrentRole().name().toLowerCase(Locale.ROOT),
                info.getCurrentTerm(),
                leadership.leader(),
                info.getLastAppliedIndex(),
                state.revision(),
                state.size());
    }

    @Override
    public void close() {
        handOver();
        leadership.close();
        proposer.close();
        try {
            server.close();
        } catch (IOException e) {
            throw new StoreException("the Raft server did not close: " + e.getMessage(), e);
        }
    }

    /** A leader that says goodbye spares the others an election time-out. */
    private void handOver() {
        if (!info().isLeader() || config.members().size() < 2) {
            return;
        }
        long[] matches = info().getFollowerMatchIndices();
        RaftPeerId self = server.getId();
        var others =
                group.getPeers().stream()
                        .map(RaftPeer::getId)
                        .filter(id -> !id.equals(self))
                        .toList();
        // The order of the indices is that of the peers without this one; the fullest log wins.
        var best =
                java.util.stream.IntStream.range(0, Math.min(matches.length, others.size()))
                        .boxed()
                        .max(Comparator.comparingLong(i -> matches[i]))
                        .map(others::get);
        try (RaftClient client = client(group, RatisSettings.of(config), parameters(config))) {
            if (best.isPresent()) {
                client.admin().transferLeadership(best.get(), 1_000);
            }
        } catch (IOException e) {
            // Then the others elect one after their time-out: slower, and just as safe.
            org.slf4j.LoggerFactory.getLogger(RaftStore.class)
                    .info("leadership was not handed over: {}", e.getMessage());
        }
    }

    private CompletableFuture<?> readIndex() {
        RaftClientRequest request =
                RaftClientRequest.newBuilder()
                        .setClientId(readerId)
                        .setServerId(server.getId())
                        .setGroupId(group.getGroupId())
                        .setCallId(readCalls.incrementAndGet())
                        .setMessage(Message.EMPTY)
                        .setType(RaftClientRequest.readRequestType())
                        .build();
        try {
            return server.submitClientRequestAsync(request).thenApply(RaftStore::checked);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static RaftClientReply checked(RaftClientReply reply) {
        if (!reply.isSuccess()) {
            throw new UnavailableException(
                    "no leader answers: " + reply.getException().getMessage());
        }
        return reply;
    }

    private static <T> T await(CompletableFuture<T> future, String tooLate) {
        try {
            return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            while (cause instanceof java.util.concurrent.CompletionException
                    && cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (cause instanceof StoreException known) {
                throw known;
            }
            throw new UnavailableException(String.valueOf(cause == null ? e : cause.getMessage()));
        } catch (TimeoutException e) {
            throw new UnknownOutcomeException(tooLate);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnknownOutcomeException("interrupted");
        }
    }

    private DivisionInfo info() {
        try {
            return server.getDivision(group.getGroupId()).getInfo();
        } catch (IOException e) {
            throw new StoreException("the Raft group is gone: " + e.getMessage(), e);
        }
    }

    private static RaftGroup group(RaftStoreConfig config) {
        UUID id = UUID.nameUUIDFromBytes(config.clusterId().getBytes(StandardCharsets.UTF_8));
        return RaftGroup.valueOf(
                RaftGroupId.valueOf(id),
                config.members().stream()
                        .map(m ->
                                RaftPeer.newBuilder()
                                        .setId(m.id())
                                        .setAddress(m.host() + ":" + m.port())
                                        .build())
                        .toList());
    }

    private static Parameters parameters(RaftStoreConfig config) {
        Parameters parameters = new Parameters();
        config.tls()
                .ifPresent(tls -> {
                    GrpcTlsConfig conf =
                            new GrpcTlsConfig(
                                    tls.key().toFile(),
                                    tls.chain().toFile(),
                                    tls.ca().toFile(),
                                    true);
                    GrpcConfigKeys.Server.setTlsConf(parameters, conf);
                    GrpcConfigKeys.Client.setTlsConf(parameters, conf);
                    GrpcConfigKeys.Admin.setTlsConf(parameters, conf);
                });
        return parameters;
    }

    private static RaftClient client(
            RaftGroup group, RaftProperties properties, Parameters parameters) {
        return RaftClient.newBuilder()
                .setRaftGroup(group)
                .setProperties(properties)
                .setParameters(parameters)
                .setRetryPolicy(
                        RetryPolicies.retryUpToMaximumCountWithFixedSleep(
                                150, TimeDuration.valueOf(50, TimeUnit.MILLISECONDS)))
                .build();
    }

    /** Ratis ends the process when its port is taken, so that is found out before. */
    private static void checkPort(RaftStoreConfig.Member self) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(self.host(), self.port()));
        } catch (IOException e) {
            throw new StoreException(
                    "can't listen on "
                            + self.host()
                            + ":"
                            + self.port()
                            + " for the other members: "
                            + e.getMessage()
                            + "; stop what uses the port, or configure another");
        }
    }

    private static void checkDirectory(RaftStoreConfig config) {
        try {
            Files.createDirectories(config.dataDir());
            Files.delete(Files.createTempFile(config.dataDir(), "writable", ""));
        } catch (IOException e) {
            throw new StoreException(
                    "can't write to the data directory "
                            + config.dataDir()
                            + ": "
                            + e.getMessage()
                            + "; make room or mend its permissions",
                    e);
        }
    }

    private static StoreException unusable(RaftStoreConfig config, Exception e) {
        Throwable root = e;
        while (root.getCause() != null && !(root instanceof StoreException)) {
            root = root.getCause();
        }
        if (root instanceof StoreException known) {
            return known;
        }
        return new StoreException(
                "the log in "
                        + config.dataDir()
                        + " can't be used ("
                        + root.getMessage()
                        + "): if it is damaged, move the directory away and start this member again,"
                        + " and it is filled from the other members",
                e);
    }

    /** For tests that look at the group. */
    Optional<String> leader() {
        return leadership.leader();
    }
}
