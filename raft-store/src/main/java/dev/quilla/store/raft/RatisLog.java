package dev.quilla.store.raft;

import dev.quilla.store.Command;
import dev.quilla.store.Member;
import dev.quilla.store.Outcome;
import dev.quilla.store.StoreException;
import dev.quilla.store.log.CommandLog;
import dev.quilla.store.raft.transport.CommitNews;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage.StartupOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log of Apache Ratis. */
final class RatisLog implements CommandLog {

    private static final Logger LOG = LoggerFactory.getLogger(RatisLog.class);

    /**
     * Ratis 3.3 can wait for itself for ever: it closes its log under a lock, and waits for a
     * thread that may be about to take that lock, to let go of old segments.
     */
    private static final Duration CLOSE = Duration.ofSeconds(10);

    private final RatisGroup group;
    private final DataDirectory directory;
    private final RaftServer server;
    private final RaftServer.Division division;
    private final Proposer proposer;
    private final Contacts contacts;
    private final HandOver handOver;
    private final DiskWatch diskWatch;
    private final ApplyWatch applyWatch;
    private final DiskSpace space;
    private final ReadIndex readIndex;
    private final SharedAnswer<Void> barrier;
    private final Requests requests;
    private final LiveMembers members;

    private RatisLog(
            RatisGroup group,
            DataDirectory directory,
            RaftServer server,
            Applied applied,
            LeaderChanges changes,
            Removal removal,
            PeerCalls calls,
            DiskSpace space)
            throws IOException {
        this.space = space;
        this.group = group;
        this.directory = directory;
        this.server = server;
        this.division = server.getDivision(group.group().getGroupId());
        this.requests = new Requests(group, server);
        this.members = new LiveMembers(calls, group.group().getGroupId(), this::configuration);
        this.contacts = new Contacts(division, removal);
        this.handOver = new HandOver(division, group.readiness());
        this.diskWatch =
                new DiskWatch(
                        division,
                        handOver,
                        space,
                        new VoteSeal(division.getRaftStorage().getStorageDir().getRoot().toPath()),
                        InstantSource.system());
        this.applyWatch = new ApplyWatch(division, handOver, group.readiness());
        this.readIndex = new ReadIndex(division, requests, applied, this::leader, changes);
        this.barrier = new SharedAnswer<>(readIndex::pass);
        this.proposer =
                new Proposer(new Delivery(this::write, requests::newCall, this::leader, changes));
    }

    /**
     * Starts a member, and returns when it may act as one.
     *
     * @throws StoreException if it can't, in one line
     */
    static RatisLog open(RaftStoreConfig config, Follower follower) {
        RatisGroup.checkPort(config.self());
        DataDirectory directory = DataDirectory.hold(config.dataDir());
        PeerCalls calls = new PeerCalls(config.tls());
        try {
            return new MemberStart(
                            config,
                            calls,
                            InstantSource.system(),
                            (identity, founding) ->
                                    open(config, follower, directory, calls, identity, founding))
                    .run();
        } catch (IOException e) {
            directory.close();
            throw new StoreException("can't use " + config.dataDir() + " (" + e + ")", e);
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    private static RatisLog open(
            RaftStoreConfig config,
            Follower follower,
            DataDirectory directory,
            PeerCalls calls,
            Identity identity,
            Optional<Founding> founding)
            throws IOException {
        CommitNews news = new CommitNews();
        RatisGroup group = RatisGroup.of(config, identity, news);
        LeaderChanges changes = new LeaderChanges();
        Applied applied = new Applied();
        Removal removal = new Removal(config.dataDir(), config.onFatal());
        DiskSpace space =
                new DiskSpace(
                        config.dataDir().toFile()::getUsableSpace,
                        config.dataDir().toFile().getTotalSpace());
        StoreStateMachine machine =
                new StoreStateMachine(
                        follower,
                        applied,
                        news,
                        changes,
                        removal,
                        space,
                        new SnapshotPace(config.snapshotEvery(), config.turn()),
                        config.onFatal());
        RaftServer server;
        try {
            server = server(config, identity, group, machine, founding.isPresent());
        } catch (IOException | RuntimeException e) {
            group.close();
            throw e;
        }
        try {
            server.start();
            if (founding.isPresent()) {
                founding.get().await();
                found(server, group);
            }
            group.succession().watch(() -> running(server, group));
            RatisLog log =
                    new RatisLog(group, directory, server, applied, changes, removal, calls, space);
            machine.answerBy(log.readIndex::answer);
            return log;
        } catch (IOException | RuntimeException e) {
            server.close();
            group.close();
            throw e;
        }
    }

    /**
     * A server of the member's group.
     *
     * @param waiting whether the group is added to it later: till then it only answers that it has
     *     none
     */
    private static RaftServer server(
            RaftStoreConfig config,
            Identity identity,
            RatisGroup group,
            StoreStateMachine machine,
            boolean waiting)
            throws IOException {
        String name = group.group().getGroupId().getUuid().toString();
        boolean fresh = !Files.exists(config.dataDir().resolve(name));
        RaftServer.Builder builder =
                RaftServer.newBuilder()
                        .setServerId(identity.member())
                        .setStateMachine(machine)
                        .setProperties(group.properties())
                        .setParameters(group.parameters())
                        .setOption(fresh ? StartupOption.FORMAT : StartupOption.RECOVER);
        return (waiting ? builder : builder.setGroup(group.group())).build();
    }

    private static void found(RaftServer server, RatisGroup group) throws IOException {
        RaftClientReply reply =
                server.groupManagement(
                        GroupManagementRequest.newAdd(
                                ClientId.randomId(), server.getId(), 1, group.group(), true));
        if (!reply.isSuccess()) {
            throw new IOException("the group was not made", reply.getException());
        }
    }

    /** Empty while the server stops. */
    private static Optional<RaftServer.Division> running(RaftServer server, RatisGroup group) {
        try {
            return Optional.of(server.getDivision(group.group().getGroupId()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public CompletableFuture<Outcome> propose(Command command) {
        return proposer.propose(command);
    }

    @Override
    public CompletableFuture<Void> barrier() {
        return barrier.get();
    }

    @Override
    public Position position() {
        DivisionInfo info = info();
        return new Position(
                server.getId().toString(),
                LiveMembers.word(info.getCurrentRole()),
                info.getCurrentTerm(),
                info.getLastAppliedIndex(),
                division.getRaftConf().getCurrentPeers().size(),
                space.trouble());
    }

    @Override
    public void close() {
        diskWatch.close();
        applyWatch.close();
        handOver();
        proposer.close();
        readIndex.close();
        contacts.close();
        try {
            if (!BoundedClose.run(server, CLOSE)) {
                LOG.warn("Ratis did not close within {}; what was acknowledged is on disk", CLOSE);
            }
        } finally {
            group.close();
            directory.close();
        }
    }

    /** A leader that says goodbye spares the others an election time-out. */
    private void handOver() {
        try {
            handOver.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    LiveMembers members() {
        return members;
    }

    private List<Member> configuration() {
        RaftConfiguration now = division.getRaftConf();
        return LiveMembers.membersOf(
                now.getAllPeers(RaftPeerRole.FOLLOWER), now.getAllPeers(RaftPeerRole.LISTENER));
    }

    /** Whom this member takes for the leader. */
    private Optional<RaftPeer> leader() {
        return Optional.ofNullable(division.getInfo().getLeaderId())
                .map(division.getRaftConf()::getPeer);
    }

    private CompletableFuture<RaftClientReply> write(RaftPeer to, long call, Message entry) {
        return requests.send(to, call, entry, RaftClientRequest.writeRequestType());
    }

    private DivisionInfo info() {
        return division.getInfo();
    }
}
