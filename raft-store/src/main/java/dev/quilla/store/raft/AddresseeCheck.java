package dev.quilla.store.raft;

import java.util.EnumSet;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftClientRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;

/**
 * Answers only what is meant for this very member. One that has lost what it had comes back at the
 * same address with another id: what the others still send to the old one, be it entries, votes or
 * questions for its term, must not be answered by one that knows nothing of what the old one had
 * promised. Ratis does not look.
 */
final class AddresseeCheck implements ServerInterceptor, GrpcServices.Customizer {

    private final ByteString self;

    AddresseeCheck(RaftPeerId self) {
        this.self = self.toByteString();
    }

    @Override
    public NettyServerBuilder customize(
            NettyServerBuilder builder, EnumSet<GrpcServices.Type> types) {
        return builder.intercept(this);
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            private boolean refused;

            @Override
            public void onMessage(Q message) {
                refused = refused || !isForSelf(message);
                if (refused) {
                    call.close(
                            Status.FAILED_PRECONDITION.withDescription(
                                    "the member that this is meant for is not here any more"),
                            new Metadata());
                } else {
                    super.onMessage(message);
                }
            }

            @Override
            public void onHalfClose() {
                if (!refused) {
                    super.onHalfClose();
                }
            }
        };
    }

    /** Administrators' calls name nobody. */
    private boolean isForSelf(Object message) {
        return switch (message) {
            case AppendEntriesRequestProto entries -> isSelf(entries.getServerRequest());
            case RaftClientRequestProto request -> isSelf(request.getRpcRequest());
            case RequestVoteRequestProto vote -> isSelf(vote.getServerRequest());
            case InstallSnapshotRequestProto snapshot -> isSelf(snapshot.getServerRequest());
            case StartLeaderElectionRequestProto stand -> isSelf(stand.getServerRequest());
            default -> true;
        };
    }

    private boolean isSelf(org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto header) {
        return header.getReplyId().equals(self);
    }
}
