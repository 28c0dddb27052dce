package dev.quilla.etcd;

import com.google.protobuf.ByteString;
import dev.quilla.store.InMemoryStore;
import io.etcd.jetcd.api.CompactionRequest;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The front over a store in memory, and a channel to it. */
final class Front implements AutoCloseable {

    final InMemoryStore store = new InMemoryStore();
    final FakeMembers members = new FakeMembers();
    final EtcdServer server;
    final ManagedChannel channel;
    final KVGrpc.KVBlockingStub kv;

    private Front(Duration progressEvery) throws IOException {
        Membership membership = new Membership("test", "https", members);
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server =
                EtcdServer.start(
                        new EtcdServerConfig(any, Optional.empty(), progressEvery),
                        store,
                        membership,
                        () -> 4_711,
                        InstantSource.system(),
                        List::of);
        channel =
                NettyChannelBuilder.forAddress(
                                new InetSocketAddress(
                                        InetAddress.getLoopbackAddress(), server.port()))
                        .usePlaintext()
                        .build();
        kv = KVGrpc.newBlockingStub(channel);
    }

    static Front start() throws IOException {
        return start(EtcdServerConfig.PROGRESS_EVERY);
    }

    static Front start(Duration progressEvery) throws IOException {
        return new Front(progressEvery);
    }

    static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    static RangeRequest.Builder prefix(String prefix) {
        return RangeRequest.newBuilder()
                .setKey(bytes(prefix))
                .setRangeEnd(bytes(prefix + (char) 0x7F));
    }

    static PutRequest.Builder putting(String key, String value) {
        return PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value));
    }

    /** Answers the revision. */
    long put(String key, String value) {
        return kv.put(putting(key, value).build()).getHeader().getRevision();
    }

    long delete(String key) {
        return kv.deleteRange(DeleteRangeRequest.newBuilder().setKey(bytes(key)).build())
                .getHeader()
                .getRevision();
    }

    void compact(long revision) {
        kv.compact(CompactionRequest.newBuilder().setRevision(revision).build());
    }

    List<String> keys(RangeRequest request) {
        return kv.range(request).getKvsList().stream()
                .map(KeyValue::getKey)
                .map(ByteString::toStringUtf8)
                .toList();
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.close();
    }
}
