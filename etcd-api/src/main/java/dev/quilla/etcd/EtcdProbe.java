package dev.quilla.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.RangeRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Asks one member whether it serves, as {@code etcdctl endpoint health} does. */
public final class EtcdProbe implements AutoCloseable {

    private static final ByteString KEY = ByteString.copyFromUtf8("health");

    private final ManagedChannel channel;

    /**
     * Makes a probe; it connects when it is used.
     *
     * @throws IOException if the files can't be used
     */
    public EtcdProbe(String host, int port, Optional<ClientTls> tls) throws IOException {
        channel = EtcdChannels.open(host, port, tls);
    }

    /** Whether it answers a read that sees every write that was acknowledged before. */
    public boolean answers(Duration within) {
        try {
            KVGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(within.toMillis(), TimeUnit.MILLISECONDS)
                    .range(RangeRequest.newBuilder().setKey(KEY).build());
            return true;
        } catch (StatusRuntimeException e) {
            channel.resetConnectBackoff();
            return false;
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
