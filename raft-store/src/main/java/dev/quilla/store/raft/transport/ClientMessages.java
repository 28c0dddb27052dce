package dev.quilla.store.raft.transport;

import java.util.Objects;
import org.apache.ratis.client.impl.ClientProtoUtils;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerReplyProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerRequestProto;
import org.apache.ratis.protocol.GroupInfoRequest;
import org.apache.ratis.protocol.GroupListRequest;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;

/** Requests of clients and administrators of a log, as members send them to each other. */
final class ClientMessages {

    private ClientMessages() {}

    static RaftNettyServerRequestProto write(RaftClientRequest request) {
        RaftNettyServerRequestProto.Builder out = RaftNettyServerRequestProto.newBuilder();
        return switch (request) {
            case SetConfigurationRequest r ->
                    out.setSetConfigurationRequest(
                                    ClientProtoUtils.toSetConfigurationRequestProto(r))
                            .build();
            case TransferLeadershipRequest r ->
                    out.setTransferLeadershipRequest(
                                    ClientProtoUtils.toTransferLeadershipRequestProto(r))
                            .build();
            case GroupManagementRequest r ->
                    out.setGroupManagementRequest(ClientProtoUtils.toGroupManagementRequestProto(r))
                            .build();
            case GroupListRequest r ->
                    out.setGroupListRequest(ClientProtoUtils.toGroupListRequestProto(r)).build();
            case GroupInfoRequest r ->
                    out.setGroupInfoRequest(ClientProtoUtils.toGroupInfoRequestProto(r)).build();
            default ->
                    out.setRaftClientRequest(ClientProtoUtils.toRaftClientRequestProto(request))
                            .build();
        };
    }

    static RaftClientReply read(RaftNettyServerReplyProto in) {
        return Objects.requireNonNull(
                switch (in.getRaftNettyServerReplyCase()) {
                    case GROUPLISTREPLY ->
                            ClientProtoUtils.toGroupListReply(in.getGroupListReply());
                    case GROUPINFOREPLY ->
                            ClientProtoUtils.toGroupInfoReply(in.getGroupInfoReply());
                    default -> ClientProtoUtils.toRaftClientReply(in.getRaftClientReply());
                });
    }
}
