package dev.quilla.store.raft;

import dev.quilla.store.NoSpaceException;
import dev.quilla.store.Outcome;
import dev.quilla.store.StoreException;
import dev.quilla.store.log.CommandLog;
import dev.quilla.store.mvcc.CommandCodec;
import dev.quilla.store.mvcc.MvccState;
import dev.quilla.store.mvcc.OutcomeCodec;
import dev.quilla.store.mvcc.SnapshotFile;
import dev.quilla.store.raft.transport.CommitNews;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.ratis.proto.RaftProtos;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands committed log entries to the state, and tells of leadership. Ratis calls {@code
 * applyTransaction} on one thread; nothing here waits.
 */
final class StoreStateMachine extends BaseStateMachine {

    private static final Logger LOG = LoggerFactory.getLogger(StoreStateMachine.class);

    private final SnapshotFolder storage = new SnapshotFolder();
    private final SnapshotWriter snapshots =
            new SnapshotWriter(storage::placeOf, storage::removeOld);
    private final SnapshotPace pace;
    private final CommandLog.Follower follower;
    private final Applied applied;
    private final CommitNews news;
    private final DiskSpace disk;
    private final LeaderChanges changes;
    private final Removal removal;
    private final Consumer<String> onFatal;
    private volatile Function<Message, CompletableFuture<Message>> answers =
            question -> CompletableFuture.completedFuture(Message.EMPTY);

    StoreStateMachine(
            CommandLog.Follower follower,
            Applied applied,
            CommitNews news,
            LeaderChanges changes,
            Removal removal,
            DiskSpace disk,
            SnapshotPace pace,
            Consumer<String> onFatal) {
        this.disk = disk;
        this.pace = pace;
        this.follower = follower;
        this.applied = applied;
        this.news = news;
        this.changes = changes;
        this.removal = removal;
        this.onFatal = onFatal;
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage raftStorage)
            throws IOException {
        super.initialize(server, groupId, raftStorage);
        storage.init(raftStorage);
        // Else a member that is filled by a snapshot before it has applied anything can't pause.
        getLifeCycle().startAndTransition(() -> load(storage.loadLatestSnapshot()));
    }

    @Override
    public void pause() {
        snapshots.settle();
        getLifeCycle().transition(LifeCycle.State.PAUSING);
        getLifeCycle().transition(LifeCycle.State.PAUSED);
    }

    @Override
    public void reinitialize() throws IOException {
        load(storage.loadLatestSnapshot());
        if (getLifeCycleState() == LifeCycle.State.PAUSED) {
            getLifeCycle().transition(LifeCycle.State.STARTING);
            getLifeCycle().transition(LifeCycle.State.RUNNING);
        }
    }

    private void load(@Nullable SingleFileSnapshotInfo snapshot) {
        if (snapshot == null) {
            return;
        }
        Path file = snapshot.getFile().getPath();
        MvccState state = SnapshotFile.read(file);
        follower.load(state);
        setLastAppliedTermIndex(snapshot.getTermIndex());
        pace.begin();
        applied.wrote(snapshot.getIndex());
        LOG.info("loaded snapshot {} at revision {}", file.getFileName(), state.revision());
    }

    /** On the leader, before an entry goes into the log: while there is little room, none grows. */
    @Override
    public TransactionContext startTransaction(RaftClientRequest request) throws IOException {
        TransactionContext context = super.startTransaction(request);
        if (disk.isShort()
                && Growth.of(
                        CommandCodec.decodeBatch(
                                request.getMessage().getContent().toByteArray()))) {
            context.setException(new NoSpaceException(disk.trouble()));
        }
        return context;
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext context) {
        RaftProtos.LogEntryProto entry = Objects.requireNonNull(context.getLogEntry());
        byte[] data = entry.getStateMachineLogEntry().getLogData().toByteArray();
        List<Outcome> outcomes;
        try {
            outcomes =
                    follower.apply(
                            entry.getIndex(), entry.getTerm(), CommandCodec.decodeBatch(data));
        } catch (RuntimeException e) {
            // A committed entry that can't be applied: going on would make members differ.
            LOG.error("log entry {} can't be applied", entry.getIndex(), e);
            onFatal.accept(
                    "log entry " + entry.getIndex() + " can't be applied: " + e.getMessage());
            return CompletableFuture.failedFuture(e);
        }
        updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
        applied.wrote(entry.getIndex());
        pace.applied(entry.getIndex(), data.length);
        news.spread();
        byte[] reply = OutcomeCodec.encode(outcomes);
        return CompletableFuture.completedFuture(
                Message.valueOf(UnsafeByteOperations.unsafeWrap(reply)));
    }

    @Override
    public void notifyTermIndexUpdated(long term, long index) {
        super.notifyTermIndexUpdated(term, index);
        applied.passed(index);
    }

    /** From now on questions of other members are answered. */
    void answerBy(Function<Message, CompletableFuture<Message>> theAnswers) {
        answers = theAnswers;
    }

    /** Ratis' way for requests that it does not look into, to any member. */
    @Override
    public CompletableFuture<Message> queryStale(Message question, long minIndex) {
        return answers.apply(question);
    }

    /**
     * Asked after every entry, on the applying thread: so it only starts one where it is time.
     *
     * @return up to where Ratis may remove the log; its word for nothing if it may not
     */
    @Override
    public long takeSnapshot() {
        Optional<SingleFileSnapshotInfo> finished = snapshots.finished();
        if (finished.isPresent()) {
            storage.updateLatestSnapshot(finished.get());
            pace.finished();
        }
        MvccState state = follower.save();
        if (pace.isDue(state.space().bytes())
                && snapshots.start(getLastAppliedTermIndex(), state)) {
            pace.started();
        }
        return pace.spare().orElse(RaftLog.INVALID_LOG_INDEX);
    }

    @Override
    public void close() throws IOException {
        super.close();
        snapshots.settle();
    }

    @Override
    public StateMachineStorage getStateMachineStorage() {
        return storage;
    }

    @Override
    public @Nullable SingleFileSnapshotInfo getLatestSnapshot() {
        return storage.getLatestSnapshot();
    }

    @Override
    public void notifyLeaderReady() {
        try {
            RaftServer server = getServer().join();
            follower.leads(server.getDivision(getGroupId()).getInfo().getCurrentTerm());
        } catch (IOException e) {
            throw new StoreException("the Raft group is gone", e);
        }
        changes.announce();
    }

    @Override
    public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
        follower.leaderIs(leader.toString());
        if (!leader.equals(member.getPeerId())) {
            follower.follows();
        }
        changes.announce();
    }

    @Override
    public void notifyNotLeader(Collection<TransactionContext> pending) {
        follower.follows();
    }

    @Override
    public void notifyGroupRemove() {
        removal.happened();
    }

    /**
     * Ratis has closed this group.
     *
     * @param all whether because the process ends, and not because the others have removed it
     */
    @Override
    public void notifyServerShutdown(RaftProtos.RoleInfoProto role, boolean all) {
        if (!all) {
            removal.happened();
        }
    }

    @Override
    public void notifyLogFailed(Throwable cause, RaftProtos.LogEntryProto entry) {
        onFatal.accept(
                "the log can't be written ("
                        + cause.getMessage()
                        + "): make room in the data directory, or mend its permissions, and start"
                        + " this member again");
    }
}
