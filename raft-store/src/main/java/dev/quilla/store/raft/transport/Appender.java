package dev.quilla.store.raft.transport;

import dev.quilla.store.raft.transport.Window.Sent;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerReplyProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerRequestProto;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppenderBase;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.raftlog.RaftLogIOException;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.Timestamp;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the log to one follower, for as long as this member leads. While all goes well, entries are
 * sent on before earlier ones are answered, by the thread that has brought them into the log; a
 * thread of the appender's own looks after heartbeats, snapshots, and a follower that is away or
 * behind.
 *
 * <p>Tells the follower what is committed as soon as nothing else is under way that would. Ratis
 * alone tells it with the next entry, with the next heartbeat, or by an entry of its own for each
 * write, which costs another flush everywhere.
 */
final class Appender extends LogAppenderBase {

    private static final Logger LOG = LoggerFactory.getLogger(Appender.class);

    /** How long a follower may take to answer, its disk included. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** Of one request, which has one entry at least. */
    private static final long BYTES_MAX = 1 << 20;

    /** A follower that is further behind is sent what may have to be read from disk. */
    private static final long LAG_MAX = 256;

    private static final int QUICK_RETRIES = 10;
    private static final Duration QUICK = Duration.ofMillis(1);
    private static final Duration SLOW = Duration.ofMillis(100);

    private final Peers peers;
    private final CommitNews news;
    private final SnapshotSender snapshots;
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by the lock, as is everything that changes the follower's next index. */
    private final Window window = new Window();

    /** Guarded by the lock: whether a snapshot is sent rather than entries. */
    private boolean installing;

    /** Guarded by the lock; read without it only to see whether there is more to tell. */
    private volatile long told = RaftLog.INVALID_LOG_INDEX;

    /** How many have asked to send since the one that sends has looked. */
    private final AtomicInteger asked = new AtomicInteger();

    private volatile long lastCall;

    Appender(
            RaftServer.Division server,
            LeaderState state,
            FollowerInfo follower,
            Peers peers,
            CommitNews news) {
        super(server, state, follower);
        this.peers = peers;
        this.news = news;
        this.snapshots = new SnapshotSender(this, peers);
    }

    @Override
    public void start() {
        super.start();
        news.add(this);
    }

    @Override
    public CompletableFuture<LifeCycle.State> stopAsync() {
        news.remove(this);
        return super.stopAsync();
    }

    @Override
    public long getCallId() {
        return lastCall;
    }

    @Override
    public Comparator<Long> getCallIdComparator() {
        return CallId.getComparator();
    }

    /** There may be something to send. */
    @Override
    public void notifyLogAppender() {
        if (!keepsUp() || getHeartbeatWaitTimeMs() <= 0) {
            super.notifyLogAppender();
        } else if (hasAppendEntries()) {
            sendHere();
        }
    }

    private boolean keepsUp() {
        return window.flows()
                && getRaftLog().getNextIndex() - getFollower().getNextIndex() <= LAG_MAX;
    }

    /** By a thread that wants something else; what fails, fails again on the appender's own. */
    private void sendHere() {
        if (asked.getAndIncrement() > 0) {
            return;
        }
        int seen;
        do {
            seen = asked.get();
            try {
                sendEntries();
            } catch (IOException | RuntimeException e) {
                LOG.debug("{} could not send", this, e);
                super.notifyLogAppender();
            }
        } while (asked.addAndGet(-seen) > 0);
    }

    @Override
    public void run() throws InterruptedException, IOException {
        while (isRunning()) {
            // Looking for a snapshot may mean to look through a directory.
            SnapshotInfo snapshot = keepsUp() ? null : shouldInstallSnapshot();
            if (snapshot != null) {
                install(snapshot);
            }
            sendEntries();
            if (getHeartbeatWaitTimeMs() <= 0) {
                sendHeartbeat();
            }
            giveUpIfSilent();
            getLeaderState().checkHealth(getFollower());
            pause();
        }
    }

    /** Until there is something to do; after a failure, whatever there is to do. */
    private void pause() throws InterruptedException {
        int failures;
        lock.lock();
        try {
            failures = window.failures();
        } finally {
            lock.unlock();
        }
        if (failures > 0) {
            TimeUnit.NANOSECONDS.sleep((failures <= QUICK_RETRIES ? QUICK : SLOW).toNanos());
        }
        getEventAwaitForSignal()
                .await(Math.max(getHeartbeatWaitTimeMs(), 1), TimeUnit.MILLISECONDS);
    }

    private void sendEntries() throws RaftLogIOException {
        lock.lock();
        try {
            boolean more = !installing;
            while (more && isRunning() && hasAppendEntries() && window.hasRoom()) {
                more = sendSomeEntries();
            }
        } finally {
            lock.unlock();
        }
    }

    /** With the lock. Answers whether there was something to send. */
    private boolean sendSomeEntries() throws RaftLogIOException {
        long first = getFollower().getNextIndex();
        TermIndex previous = getPrevious(first);
        if (previous == null
                && first > RaftLog.LEAST_VALID_LOG_INDEX
                && first != getFollower().getSnapshotIndex() + 1) {
            return false;
        }
        List<LogEntryProto> entries = new ArrayList<>();
        long bytes = 0;
        long end = getRaftLog().getNextIndex();
        for (long i = first; i < end && (entries.isEmpty() || bytes < BYTES_MAX); i++) {
            LogEntryProto entry = getRaftLog().get(i);
            if (entry == null) {
                break;
            }
            entries.add(entry);
            bytes += entry.getSerializedSize();
        }
        if (entries.isEmpty()) {
            return false;
        }
        getFollower().increaseNextIndex(first + entries.size());
        send(entries, previous, first, bytes);
        return true;
    }

    private void sendHeartbeat() {
        lock.lock();
        try {
            resetHeartbeatTrigger();
            send(
                    List.of(),
                    getPrevious(getFollower().getNextIndex()),
                    RaftLog.INVALID_LOG_INDEX,
                    0);
        } finally {
            lock.unlock();
        }
    }

    /** Something more is committed. What is under way, or its answer, will tell it otherwise. */
    void tellCommit() {
        if (getRaftLog().getLastCommittedIndex() <= told) {
            return;
        }
        lock.lock();
        try {
            if (window.flows()
                    && window.isEmpty()
                    && isRunning()
                    && !hasAppendEntries()
                    && getRaftLog().getLastCommittedIndex() > told) {
                sendHeartbeat();
            }
        } finally {
            lock.unlock();
        }
    }

    /** With the lock, so that requests are on their way in the order of their entries. */
    private void send(
            List<LogEntryProto> entries, @Nullable TermIndex previous, long first, long bytes) {
        long call = CallId.getAndIncrement();
        AppendEntriesRequestProto request =
                getLeaderState()
                        .newAppendEntriesRequestProto(getFollower(), entries, previous, call);
        Sent sent = new Sent(call, first, bytes, Timestamp.currentTime());
        lastCall = call;
        window.add(sent);
        told = request.getLeaderCommit();
        getFollower().updateLastRpcSendTime(entries.isEmpty());
        peers.call(
                address(),
                RaftNettyServerRequestProto.newBuilder().setAppendEntriesRequest(request).build(),
                new Connection.Handler() {
                    @Override
                    public void answered(RaftNettyServerReplyProto reply) {
                        Appender.this.answered(sent, reply.getAppendEntriesReply());
                    }

                    @Override
                    public void failed(IOException why) {
                        Appender.this.failed(sent, why);
                    }
                });
    }

    private String address() {
        return getFollower().getPeer().getAddress();
    }

    private void answered(Sent sent, AppendEntriesReplyProto answer) {
        getFollower().updateLastRespondedAppendEntriesSendTime(sent.time());
        getFollower().updateLastRpcResponseTime();
        switch (answer.getResult()) {
            case SUCCESS -> succeeded(sent, answer);
            case INCONSISTENCY -> inconsistent(sent, answer);
            case NOT_LEADER -> overtaken(sent, answer);
            case UNRECOGNIZED -> LOG.error("{} does not know the answer {}", this, answer);
        }
        if (answer.getResult() != AppendResult.UNRECOGNIZED) {
            getLeaderState().onAppendEntriesReply(this, answer);
        }
        if (hasAppendEntries()) {
            notifyLogAppender();
        } else {
            tellCommit();
        }
    }

    /**
     * What the follower has committed is on its disk and the same as here. It does not take that a
     * second time, so that where the answers to the first time were lost only this tells that it
     * has everything.
     */
    private void succeeded(Sent sent, AppendEntriesReplyProto answer) {
        long held = Math.max(answer.getMatchIndex(), answer.getFollowerCommit());
        boolean more;
        lock.lock();
        try {
            window.remove(sent);
            window.succeeded();
            more = getFollower().updateMatchIndex(held);
            if (more) {
                getFollower().updateNextIndex(held + 1);
            }
        } finally {
            lock.unlock();
        }
        getLeaderState().onFollowerCommitIndex(getFollower(), answer.getFollowerCommit());
        if (more) {
            getLeaderState().onFollowerSuccessAppendEntries(getFollower());
        }
    }

    /** The follower has other entries, or lacks some: it says where it may go on. */
    private void inconsistent(Sent sent, AppendEntriesReplyProto answer) {
        lock.lock();
        try {
            if (window.contains(sent)) {
                told = RaftLog.INVALID_LOG_INDEX;
                window.failed();
                getFollower()
                        .setNextIndex(
                                getNextIndexForInconsistency(sent.first(), answer.getNextIndex()));
                LOG.info("{} goes on at {}", this, getFollower().getNextIndex());
            }
        } finally {
            lock.unlock();
        }
    }

    /** The follower knows a later term. */
    private void overtaken(Sent sent, AppendEntriesReplyProto answer) {
        lock.lock();
        try {
            window.remove(sent);
        } finally {
            lock.unlock();
        }
        // It waits for the server, and reading of answers must not.
        Thread.startVirtualThread(() -> onFollowerTerm(answer.getTerm()));
    }

    /** With one request all that was sent after it is lost. */
    private void failed(Sent sent, IOException failure) {
        lock.lock();
        try {
            if (window.contains(sent)) {
                told = RaftLog.INVALID_LOG_INDEX;
                OptionalLong again = window.failed();
                again.ifPresent(first ->
                        getFollower()
                                .setNextIndex(Math.max(getFollower().getMatchIndex() + 1, first)));
                if (window.failures() == 1) {
                    LOG.info("{} does not get through: {}", this, failure.getMessage());
                }
            }
        } finally {
            lock.unlock();
        }
        super.notifyLogAppender();
    }

    /** Whether nobody is at the other end any more, only a connection shows that ends. */
    private void giveUpIfSilent() {
        Sent oldest;
        lock.lock();
        try {
            oldest = window.oldest();
        } finally {
            lock.unlock();
        }
        if (oldest != null && oldest.time().elapsedTimeMs() > PATIENCE.toMillis()) {
            peers.giveUp(address(), "no answer within " + PATIENCE.toMillis() + " ms");
        }
    }

    private void install(SnapshotInfo snapshot) throws InterruptedIOException {
        setInstalling(true);
        try {
            snapshots.send(snapshot, address());
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            LOG.info("{} could not send {}: {}", this, snapshot.getTermIndex(), e.getMessage());
            lock.lock();
            try {
                window.failed();
            } finally {
                lock.unlock();
            }
        } finally {
            setInstalling(false);
        }
    }

    private void setInstalling(boolean now) {
        lock.lock();
        try {
            installing = now;
        } finally {
            lock.unlock();
        }
    }
}
