package dev.quilla.store.raft;

import dev.quilla.store.Outcome;
import dev.quilla.store.StoreException;
import dev.quilla.store.Txn;
import dev.quilla.store.mvcc.MvccState;
import dev.quilla.store.mvcc.SnapshotFile;
import dev.quilla.store.mvcc.StateCell;
import dev.quilla.store.mvcc.TxnCodec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.proto.RaftProtos;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.MD5FileUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands committed log entries to the state, and tells of leadership. Ratis calls {@code
 * applyTransaction} on one thread; nothing here waits.
 */
final class StoreStateMachine extends BaseStateMachine {

    private static final Logger LOG = LoggerFactory.getLogger(StoreStateMachine.class);

    private final SimpleStateMachineStorage storage = new SimpleStateMachineStorage();
    private final StateCell cell;
    private final RaftLeadership leadership;
    private final Consumer<String> onFatal;

    StoreStateMachine(StateCell cell, RaftLeadership leadership, Consumer<String> onFatal) {
        this.cell = cell;
        this.leadership = leadership;
        this.onFatal = onFatal;
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage raftStorage)
            throws IOException {
        super.initialize(server, groupId, raftStorage);
        storage.init(raftStorage);
        load(storage.getLatestSnapshot());
    }

    @Override
    public void pause() {
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
        cell.replace(state);
        setLastAppliedTermIndex(snapshot.getTermIndex());
        LOG.info("loaded snapshot {} at revision {}", file.getFileName(), state.revision());
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext context) {
        RaftProtos.LogEntryProto entry = java.util.Objects.requireNonNull(context.getLogEntry());
        byte[] data = entry.getStateMachineLogEntry().getLogData().toByteArray();
        List<Outcome> outcomes = new ArrayList<>();
        try {
            for (Txn txn : TxnCodec.decodeBatch(data)) {
                outcomes.add(cell.apply(entry.getTerm(), txn));
            }
        } catch (RuntimeException e) {
            // A committed entry that can't be applied: going on would make members differ.
            LOG.error("log entry {} can't be applied", entry.getIndex(), e);
            onFatal.accept(
                    "log entry " + entry.getIndex() + " can't be applied: " + e.getMessage());
            return CompletableFuture.failedFuture(e);
        }
        updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
        byte[] reply = TxnCodec.encodeOutcomes(outcomes);
        return CompletableFuture.completedFuture(
                Message.valueOf(UnsafeByteOperations.unsafeWrap(reply)));
    }

    @Override
    public CompletableFuture<Message> query(Message request) {
        // Ratis has made sure that everything committed is applied; readers use the state itself.
        return CompletableFuture.completedFuture(Message.EMPTY);
    }

    @Override
    public long takeSnapshot() throws IOException {
        TermIndex last;
        MvccState state;
        // Applying goes on meanwhile, so index and state must be taken as a pair; both only grow.
        do {
            last = getLastAppliedTermIndex();
            state = cell.state();
        } while (!last.equals(getLastAppliedTermIndex()));
        Path file = storage.getSnapshotFile(last.getTerm(), last.getIndex()).toPath();
        SnapshotFile.write(state, file);
        MD5Hash digest = MD5FileUtil.computeAndSaveMd5ForFile(file.toFile());
        storage.updateLatestSnapshot(new SingleFileSnapshotInfo(new FileInfo(file, digest), last));
        return last.getIndex();
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
            leadership.leads(server.getDivision(getGroupId()).getInfo().getCurrentTerm());
        } catch (IOException e) {
            throw new StoreException("the Raft group is gone", e);
        }
    }

    @Override
    public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
        leadership.leaderIs(leader.toString(), leader.equals(member.getPeerId()));
    }

    @Override
    public void notifyNotLeader(java.util.Collection<TransactionContext> pending) {
        leadership.follows();
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
