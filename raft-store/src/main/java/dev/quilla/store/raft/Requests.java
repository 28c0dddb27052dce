package dev.quilla.store.raft;

import dev.quilla.store.raft.transport.Answers;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;

/**
 * Brings requests to a member: to this one without a socket, to others over the connection that
 * members have. All are one client's, so that each member knows a request again that another had
 * before. Thread-safe.
 */
final class Requests {

    private final RatisGroup group;
    private final RaftServer server;
    private final ClientId self = ClientId.randomId();
    private final AtomicLong calls = new AtomicLong();

    Requests(RatisGroup group, RaftServer server) {
        this.group = group;
        this.server = server;
    }

    /** A number for a request; sent again with it, the request is applied once. */
    long newCall() {
        return calls.incrementAndGet();
    }

    /** Asks a member. */
    CompletableFuture<RaftClientReply> send(
            RaftPeer to, long call, Message message, RaftClientRequest.Type type) {
        RaftClientRequest request = request(to.getId(), call, message, type);
        return to.getId().equals(server.getId())
                ? here(request)
                : group.peers().send(to.getAddress(), request);
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
            return Answers.submit(server, request);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
