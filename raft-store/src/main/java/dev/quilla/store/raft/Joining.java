package dev.quilla.store.raft;

import dev.quilla.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.GroupListReply;
import org.apache.ratis.protocol.GroupListRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a member that joins learns which log to follow. */
final class Joining {

    private static final Logger LOG = LoggerFactory.getLogger(Joining.class);

    /** Members that are all just starting answer within this. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration PAUSE = Duration.ofMillis(200);

    private Joining() {}

    /**
     * Asks the members that the configuration names until one answers.
     *
     * @throws StoreException if none does in time
     */
    static RaftGroupId groupOf(RaftStoreConfig config, PeerCalls calls) {
        List<String> others = new ArrayList<>();
        for (RaftStoreConfig.Member member : config.members()) {
            if (!member.equals(config.self())) {
                others.add(member.address());
            }
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        do {
            for (String address : others) {
                Optional<RaftGroupId> group = ask(config.clusterId(), calls, address);
                if (group.isPresent()) {
                    return group.get();
                }
            }
            pause();
        } while (System.nanoTime() < deadline);
        throw new StoreException(
                config.memberId()
                        + " can't join: none of "
                        + String.join(", ", others)
                        + " answers; name members of the running store in its configuration");
    }

    /** Asks one member which log it follows; empty if it does not answer. */
    static Optional<RaftGroupId> ask(String clusterId, PeerCalls calls, String address) {
        RaftGroupId usual = Identity.groupOf(clusterId);
        try {
            if (calls.ask(
                            address,
                            PeerCalls.PATIENCE,
                            (self, to, call) -> new GroupListRequest(self, to, usual, call))
                    instanceof GroupListReply reply) {
                return reply.getGroupIds().stream().findFirst();
            }
        } catch (IOException e) {
            LOG.debug("{} does not say what it follows: {}", address, e.getMessage());
        }
        return Optional.empty();
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
