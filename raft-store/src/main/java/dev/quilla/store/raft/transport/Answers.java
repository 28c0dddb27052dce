package dev.quilla.store.raft.transport;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.apache.ratis.client.impl.ClientProtoUtils;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftClientRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerReplyProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerRequestProto;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.RaftServerAsynchronousProtocol;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.ProtoUtils;

/**
 * What a member answers to requests of others.
 *
 * <p>Only what is meant for this very member: one that has lost what it had comes back at the same
 * address with another id, and what the others still send to the old one, be it entries, votes or
 * questions for its term, must not be answered by one that knows nothing of what the old one had
 * promised. Administrators' requests name nobody.
 */
public final class Answers {

    /** For what waits: votes for the disk, a snapshot's part, a change of members for its end. */
    private static final Executor THREADS = Thread::startVirtualThread;

    private final RaftServer server;
    private final ByteString self;
    private final InOrder<AppendEntriesReplyProto> appends = new InOrder<>();

    Answers(RaftServer server, RaftPeerId self) {
        this.server = server;
        this.self = self.toByteString();
    }

    /** Does not wait. Entries are taken in the order of the calls. */
    CompletableFuture<RaftNettyServerReplyProto> answer(RaftNettyServerRequestProto request) {
        try {
            return switch (request.getRaftNettyServerRequestCase()) {
                case APPENDENTRIESREQUEST -> entries(request.getAppendEntriesRequest());
                case RAFTCLIENTREQUEST -> client(request.getRaftClientRequest());
                default -> CompletableFuture.supplyAsync(() -> waiting(request), THREADS);
            };
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletableFuture<RaftNettyServerReplyProto> entries(AppendEntriesRequestProto request)
            throws IOException {
        check(request.getServerRequest());
        RaftGroupId group = ProtoUtils.toRaftGroupId(request.getServerRequest().getRaftGroupId());
        RaftServerAsynchronousProtocol log =
                division(server, group, RaftServerAsynchronousProtocol.class);
        CompletableFuture<AppendEntriesReplyProto> done =
                request.getEntriesCount() == 0
                        ? log.appendEntriesAsync(request)
                        : appends.add(() -> log.appendEntriesAsync(request));
        return done.thenApply(reply ->
                RaftNettyServerReplyProto.newBuilder().setAppendEntriesReply(reply).build());
    }

    private CompletableFuture<RaftNettyServerReplyProto> client(RaftClientRequestProto proto)
            throws IOException {
        check(proto.getRpcRequest());
        RaftClientRequest request = ClientProtoUtils.toRaftClientRequest(proto);
        return submit(server, request).thenApply(reply -> client(reply).build());
    }

    /**
     * Hands a client's request to its log, on this thread: the server itself would hand it to
     * another and wait for that one.
     *
     * @throws IOException if there is no such log here
     */
    public static CompletableFuture<RaftClientReply> submit(
            RaftServer server, RaftClientRequest request) throws IOException {
        return division(server, request.getRaftGroupId(), RaftClientAsynchronousProtocol.class)
                .submitClientRequestAsync(request);
    }

    private static <T> T division(RaftServer server, RaftGroupId group, Class<T> protocol)
            throws IOException {
        return protocol.cast(server.getDivision(group));
    }

    private static RaftNettyServerReplyProto.Builder client(RaftClientReply reply) {
        if (reply.getException() != null && Refusal.isKnown(reply.getException())) {
            throw new CompletionException(reply.getException());
        }
        return RaftNettyServerReplyProto.newBuilder()
                .setRaftClientReply(ClientProtoUtils.toRaftClientReplyProto(reply));
    }

    private RaftNettyServerReplyProto waiting(RaftNettyServerRequestProto request) {
        try {
            return answerTo(request).build();
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private RaftNettyServerReplyProto.Builder answerTo(RaftNettyServerRequestProto request)
            throws IOException {
        RaftNettyServerReplyProto.Builder reply = RaftNettyServerReplyProto.newBuilder();
        return switch (request.getRaftNettyServerRequestCase()) {
            case REQUESTVOTEREQUEST -> {
                check(request.getRequestVoteRequest().getServerRequest());
                yield reply.setRequestVoteReply(
                        server.requestVote(request.getRequestVoteRequest()));
            }
            case INSTALLSNAPSHOTREQUEST -> {
                check(request.getInstallSnapshotRequest().getServerRequest());
                yield reply.setInstallSnapshotReply(
                        server.installSnapshot(request.getInstallSnapshotRequest()));
            }
            case STARTLEADERELECTIONREQUEST -> {
                check(request.getStartLeaderElectionRequest().getServerRequest());
                yield reply.setStartLeaderElectionReply(
                        server.startLeaderElection(request.getStartLeaderElectionRequest()));
            }
            case SETCONFIGURATIONREQUEST ->
                    client(
                            server.setConfiguration(
                                    ClientProtoUtils.toSetConfigurationRequest(
                                            request.getSetConfigurationRequest())));
            case TRANSFERLEADERSHIPREQUEST ->
                    client(
                            server.transferLeadership(
                                    ClientProtoUtils.toTransferLeadershipRequest(
                                            request.getTransferLeadershipRequest())));
            case GROUPMANAGEMENTREQUEST ->
                    client(
                            server.groupManagement(
                                    ClientProtoUtils.toGroupManagementRequest(
                                            request.getGroupManagementRequest())));
            case GROUPLISTREQUEST ->
                    reply.setGroupListReply(
                            ClientProtoUtils.toGroupListReplyProto(
                                    server.getGroupList(
                                            ClientProtoUtils.toGroupListRequest(
                                                    request.getGroupListRequest()))));
            case GROUPINFOREQUEST ->
                    reply.setGroupInfoReply(
                            ClientProtoUtils.toGroupInfoReplyProto(
                                    server.getGroupInfo(
                                            ClientProtoUtils.toGroupInfoRequest(
                                                    request.getGroupInfoRequest()))));
            default ->
                    throw new IOException(
                            "this member knows no such request: "
                                    + request.getRaftNettyServerRequestCase());
        };
    }

    private void check(RaftRpcRequestProto header) throws IOException {
        if (!header.getReplyId().equals(self)) {
            throw new IOException("the member that this is meant for is not here any more");
        }
    }
}
