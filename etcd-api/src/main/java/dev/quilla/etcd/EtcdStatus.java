package dev.quilla.etcd;

import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.StatusResponse;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What a member says of itself.
 *
 * @param leads whether it leads
 * @param diskBytes what its files take
 * @param stateBytes what its entries take in memory
 * @param problems what a person should know
 */
public record EtcdStatus(
        boolean leads,
        long term,
        long appliedIndex,
        long revision,
        long diskBytes,
        long stateBytes,
        List<String> problems) {

    public EtcdStatus {
        problems = List.copyOf(problems);
    }

    /**
     * Asks a member; empty if it does not answer.
     *
     * @throws IOException if the client's files can't be used
     */
    public static Optional<EtcdStatus> ask(
            String host, int port, Optional<ClientTls> tls, Duration within) throws IOException {
        ManagedChannel channel = EtcdChannels.open(host, port, tls);
        try {
            StatusResponse status =
                    MaintenanceGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(within.toMillis(), TimeUnit.MILLISECONDS)
                            .status(StatusRequest.getDefaultInstance());
            return Optional.of(
                    new EtcdStatus(
                            status.getLeader() == status.getHeader().getMemberId(),
                            status.getRaftTerm(),
                            status.getRaftAppliedIndex(),
                            status.getHeader().getRevision(),
                            status.getDbSize(),
                            status.getDbSizeInUse(),
                            status.getErrorsList()));
        } catch (StatusRuntimeException e) {
            return Optional.empty();
        } finally {
            channel.shutdownNow();
        }
    }
}
