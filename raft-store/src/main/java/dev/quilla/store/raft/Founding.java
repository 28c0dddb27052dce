package dev.quilla.store.raft;

import dev.quilla.store.DamagedException;
import dev.quilla.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.LogInfoProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.protocol.GroupInfoReply;
import org.apache.ratis.protocol.GroupInfoRequest;
import org.apache.ratis.protocol.GroupListReply;
import org.apache.ratis.protocol.GroupListRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether a member that has no data is there from the beginning, or has lost what it had.
 * A store begins when all its members have seen each other without data: one that has voted or
 * acknowledged anything before did so with others, and those have it.
 */
final class Founding {

    private static final Logger LOG = LoggerFactory.getLogger(Founding.class);

    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration SAY_EVERY = Duration.ofSeconds(10);

    private enum Seen {
        NOTHING,
        WITHOUT_DATA,
        WITH_DATA
    }

    private final RaftStoreConfig config;
    private final PeerCalls calls;
    private final Map<RaftStoreConfig.Member, Seen> seen = new ConcurrentHashMap<>();

    Founding(RaftStoreConfig config, PeerCalls calls) {
        this.config = config;
        this.calls = calls;
    }

    /**
     * Waits until all others have been seen without data, however long that takes. One that was
     * seen so once may have some a moment later: then it has begun with this member.
     *
     * @throws DamagedException if one was seen with data, so that this member has lost its own
     */
    void await() {
        long said = System.nanoTime();
        while (true) {
            List<RaftStoreConfig.Member> missing = look();
            if (missing.isEmpty()) {
                return;
            }
            if (System.nanoTime() - said > SAY_EVERY.toNanos()) {
                said = System.nanoTime();
                LOG.info("the store begins when these members run too: {}", missing);
            }
            pause();
        }
    }

    private List<RaftStoreConfig.Member> look() {
        List<RaftStoreConfig.Member> missing = new ArrayList<>(config.members());
        missing.removeIf(m -> m.equals(config.self()) || seen.get(m) == Seen.WITHOUT_DATA);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (RaftStoreConfig.Member member : missing) {
                threads.execute(() -> seen.put(member, look(member)));
            }
        }
        for (RaftStoreConfig.Member member : missing) {
            if (seen.get(member) == Seen.WITH_DATA) {
                throw new DamagedException(
                        "%s has lost its data: %s is empty, and %s has data of this store"
                                .formatted(config.memberId(), config.dataDir(), member.id()));
            }
        }
        missing.removeIf(m -> seen.get(m) == Seen.WITHOUT_DATA);
        return missing;
    }

    private Seen look(RaftStoreConfig.Member member) {
        RaftGroupId usual = Identity.groupOf(config.clusterId());
        try {
            if (calls.ask(
                            member.address(),
                            PeerCalls.PATIENCE,
                            (self, to, call) -> new GroupListRequest(self, to, usual, call))
                    instanceof GroupListReply reply) {
                for (RaftGroupId group : reply.getGroupIds()) {
                    if (hasData(member, group)) {
                        return Seen.WITH_DATA;
                    }
                }
                return Seen.WITHOUT_DATA;
            }
        } catch (IOException e) {
            LOG.debug("{} does not answer: {}", member.id(), e.getMessage());
        }
        return Seen.NOTHING;
    }

    private boolean hasData(RaftStoreConfig.Member member, RaftGroupId group) throws IOException {
        if (calls.ask(
                        member.address(),
                        PeerCalls.PATIENCE,
                        (self, to, call) -> new GroupInfoRequest(self, to, group, call))
                instanceof GroupInfoReply info) {
            LogInfoProto log = info.getLogInfoProto();
            return (log.hasLastEntry() && isEntry(log.getLastEntry()))
                    || (log.hasLastSnapshot() && isEntry(log.getLastSnapshot()))
                    || (log.hasApplied() && isEntry(log.getApplied()));
        }
        throw new IOException("it says nothing of its log");
    }

    private static boolean isEntry(TermIndexProto last) {
        return last.getIndex() >= 0;
    }

    private static void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted");
        }
    }
}
