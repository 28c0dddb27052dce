package dev.quilla.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Uses a store as its clients do, so that the JVM records what that costs in a build's rehearsal.
 */
public final class EtcdRehearsal {

    private static final int CLIENTS = 16;
    private static final int KEYS = 1_000;
    private static final int VALUE_BYTES = 1_024;

    private EtcdRehearsal() {}

    /**
     * Writes, reads and watches for a while, at each of the members.
     *
     * @param ports of the members, on this machine
     * @throws IOException if the files can't be used
     */
    public static void run(List<Integer> ports, Optional<ClientTls> tls, Duration during)
            throws IOException, InterruptedException {
        List<ManagedChannel> channels = new ArrayList<>();
        try {
            for (int port : ports) {
                channels.add(EtcdChannels.open("127.0.0.1", port, tls));
            }
            channels.forEach(EtcdRehearsal::watch);
            long end = System.nanoTime() + during.toNanos();
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                KVGrpc.KVBlockingStub kv =
                        KVGrpc.newBlockingStub(channels.get(i % channels.size()));
                clients.add(Thread.startVirtualThread(() -> call(kv, end)));
            }
            for (Thread client : clients) {
                client.join();
            }
        } finally {
            channels.forEach(ManagedChannel::shutdownNow);
        }
    }

    private static void call(KVGrpc.KVBlockingStub kv, long end) {
        ByteString value = ByteString.copyFrom(new byte[VALUE_BYTES]);
        for (int i = 0; System.nanoTime() < end; i++) {
            ByteString key = ByteString.copyFromUtf8("/rehearsal/" + i % KEYS);
            PutRequest put = PutRequest.newBuilder().setKey(key).setValue(value).build();
            RangeRequest get = RangeRequest.newBuilder().setKey(key).build();
            kv.put(put);
            long revision = kv.range(get).getKvs(0).getModRevision();
            kv.txn(
                    TxnRequest.newBuilder()
                            .addCompare(
                                    Compare.newBuilder()
                                            .setKey(key)
                                            .setTarget(Compare.CompareTarget.MOD)
                                            .setModRevision(revision))
                            .addSuccess(RequestOp.newBuilder().setRequestPut(put))
                            .addFailure(RequestOp.newBuilder().setRequestRange(get))
                            .build());
        }
    }

    private static void watch(ManagedChannel channel) {
        StreamObserver<WatchResponse> unseen =
                new StreamObserver<>() {
                    @Override
                    public void onNext(WatchResponse value) {}

                    @Override
                    public void onError(Throwable e) {}

                    @Override
                    public void onCompleted() {}
                };
        WatchGrpc.newStub(channel)
                .watch(unseen)
                .onNext(
                        WatchRequest.newBuilder()
                                .setCreateRequest(
                                        WatchCreateRequest.newBuilder()
                                                .setKey(ByteString.copyFromUtf8("/rehearsal/"))
                                                .setRangeEnd(
                                                        ByteString.copyFromUtf8("/rehearsal0")))
                                .build());
    }
}
