package dev.quilla.store.raft;

import dev.quilla.store.raft.transport.Peers;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftPeerId;

/**
 * Rare calls to members, as their administrators make them: each on a connection of its own.
 * Thread-safe.
 */
final class PeerCalls {

    /** A member that answers questions takes less. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    /** A request for the member at the other end. */
    interface Request {
        RaftClientRequest of(ClientId client, RaftPeerId to, long call);
    }

    private final Optional<RaftStoreConfig.Tls> tls;
    private final ClientId self = ClientId.randomId();
    private final AtomicLong calls = new AtomicLong();

    PeerCalls(Optional<RaftStoreConfig.Tls> tls) {
        this.tls = tls;
    }

    /**
     * Asks whoever listens at an address; members don't mind by which id they are called.
     *
     * @throws IOException if it does not answer in time, or refuses
     */
    RaftClientReply ask(String address, Duration patience, Request request) throws IOException {
        RaftPeerId to = RaftPeerId.valueOf(address);
        try (Peers peers = new Peers(tls.map(RaftStoreConfig.Tls::ofPeers))) {
            return peers.ask(address, patience, request.of(self, to, calls.incrementAndGet()));
        }
    }
}
