package dev.quilla.store.raft;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.client.RaftClientRpc;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupListRequest;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;

/**
 * Brings requests to a member: to this one without a socket, to others over gRPC. All are one
 * client's, so that each member knows a request again that another had before. Thread-safe.
 */
final class Requests implements AutoCloseable {

    private final RatisGroup group;
    private final RaftServer server;
    private final ClientId self = ClientId.randomId();
    private final AtomicLong calls = new AtomicLong();
    private final Map<RaftPeerId, RaftClientRpc> connections = new ConcurrentHashMap<>();

    Requests(RatisGroup group, RaftServer server) {
        this.group = group;
        this.server = server;
    }

    /** A number for a request; sent again with it, the request is applied once. */
    long newCall() {
        return calls.incrementAndGet();
    }

    /** Asks a member. A connection that failed is never used again. */
    CompletableFuture<RaftClientReply> send(
            RaftPeer to, long call, Message message, RaftClientRequest.Type type) {
        RaftClientRequest request = request(to.getId(), call, message, type);
        if (to.getId().equals(server.getId())) {
            return here(request);
        }
        RaftClientRpc connection = connection(to);
        return connection
                .sendRequestAsyncUnordered(request)
                .whenComplete((reply, failure) -> {
                    if (failure != null) {
                        drop(to.getId(), connection);
                    }
                });
    }

    /** Makes sure that there is a connection to another member, if that one runs. Blocks. */
    void touch(RaftPeer peer) {
        RaftClientRpc connection = connection(peer);
        try {
            connection.sendRequest(
                    new GroupListRequest(
                            self, peer.getId(), group.group().getGroupId(), newCall()));
        } catch (IOException | StatusRuntimeException e) {
            drop(peer.getId(), connection);
        }
    }

    private RaftClientRequest request(
            RaftPeerId to, long call, Message message, RaftClientRequest.Type type) {
        return RaftClientRequest.newBuilder()
                .setClientId(self)
                .setServerId(to)
                .setGroupId(group.group().getGroupId())
                .setCallId(call)
                .setMessage(message)
                .setType(type)
                .build();
    }

    private CompletableFuture<RaftClientReply> here(RaftClientRequest request) {
        try {
            return server.submitClientRequestAsync(request);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private RaftClientRpc connection(RaftPeer to) {
        return connections.computeIfAbsent(
                to.getId(),
                id -> {
                    RaftClientRpc made = group.newRpc(self);
                    made.addRaftPeers(List.of(PeerCalls.amongMembers(to.getId(), to.getAddress())));
                    return made;
                });
    }

    private void drop(RaftPeerId to, RaftClientRpc broken) {
        if (connections.remove(to, broken)) {
            Thread.startVirtualThread(() -> close(broken));
        }
    }

    private static void close(RaftClientRpc rpc) {
        try {
            rpc.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        connections.forEach(this::drop);
    }
}
