package dev.quilla.store.raft;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.client.RaftClientRpc;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.util.TimeDuration;

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

    private final Parameters parameters;
    private final ClientId self = ClientId.randomId();
    private final AtomicLong calls = new AtomicLong();

    PeerCalls(Optional<RaftStoreConfig.Tls> tls) {
        this.parameters = RatisGroup.parameters(tls);
    }

    /** A peer at the address that members use among themselves, rather than at its clients'. */
    static RaftPeer amongMembers(RaftPeerId id, String address) {
        return RaftPeer.newBuilder().setId(id).setAddress(address).build();
    }

    /**
     * Asks whoever listens at an address; members don't mind by which id they are called.
     *
     * @throws IOException if it does not answer in time, or refuses
     */
    RaftClientReply ask(String address, Duration patience, Request request) throws IOException {
        RaftProperties properties = new RaftProperties();
        RaftClientConfigKeys.Rpc.setRequestTimeout(
                properties, TimeDuration.valueOf(patience.toMillis(), TimeUnit.MILLISECONDS));
        RaftPeerId to = RaftPeerId.valueOf(address);
        try (RaftClientRpc rpc = new GrpcFactory(parameters).newRaftClientRpc(self, properties)) {
            rpc.addRaftPeers(List.of(amongMembers(to, address)));
            return rpc.sendRequest(request.of(self, to, calls.incrementAndGet()));
        } catch (StatusRuntimeException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
