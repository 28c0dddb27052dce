package dev.quilla.store.raft;

import java.util.EnumSet;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.apache.ratis.thirdparty.io.netty.channel.EventLoopGroup;
import org.apache.ratis.util.NettyUtils;

/**
 * The threads that read other members' requests. They handle them as well: Ratis hands what takes
 * long to threads of its own, and another one between costs as much as a request. They are shared
 * with nothing that this member sends, for handling may wait for an answer to something sent.
 */
final class ServerThreads implements GrpcServices.Customizer, AutoCloseable {

    private static final int COUNT = 4;

    private final EventLoopGroup loops = NettyUtils.newEventLoopGroup("members", COUNT, true);

    @Override
    public NettyServerBuilder customize(
            NettyServerBuilder builder, EnumSet<GrpcServices.Type> types) {
        return builder.channelType(NettyUtils.getServerChannelClass(loops))
                .bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                .directExecutor();
    }

    /** Once the server is closed; waits for nothing. */
    @Override
    public void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
