package dev.quilla.etcd;

import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.SnapshotRequest;
import io.etcd.jetcd.api.SnapshotResponse;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.Optional;

/** Takes a backup from a member, as {@code etcdctl snapshot save} does. */
public final class EtcdSnapshot {

    private EtcdSnapshot() {}

    /**
     * Copies all of it.
     *
     * @throws IOException if the member does not answer, or breaks off; the message says why
     */
    public static void copy(String host, int port, Optional<ClientTls> tls, OutputStream out)
            throws IOException {
        ManagedChannel channel = EtcdChannels.open(host, port, tls);
        try {
            Iterator<SnapshotResponse> pieces =
                    MaintenanceGrpc.newBlockingStub(channel)
                            .snapshot(SnapshotRequest.getDefaultInstance());
            while (pieces.hasNext()) {
                pieces.next().getBlob().writeTo(out);
            }
        } catch (StatusRuntimeException e) {
            throw new IOException(host + ":" + port + ": " + e.getStatus().getDescription(), e);
        } finally {
            channel.shutdownNow();
        }
    }
}
