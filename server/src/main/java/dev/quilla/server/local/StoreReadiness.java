package dev.quilla.server.local;

import dev.quilla.etcd.ClientTls;
import dev.quilla.etcd.EtcdProbe;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether every member of a local store serves. Keeps its connections; for one thread. */
final class StoreReadiness implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final StoreSpec spec;
    private final List<EtcdProbe> probes = new ArrayList<>();

    /**
     * Connects when it is asked.
     *
     * @throws IOException if the client's certificate can't be used
     */
    StoreReadiness(ClusterDirectory directory, StoreSpec spec) throws IOException {
        this.spec = spec;
        Optional<ClientTls> tls = spec.clientTls(directory);
        for (String name : spec.names()) {
            probes.add(new EtcdProbe("127.0.0.1", spec.clientPort(name), tls));
        }
    }

    /** The first member that does not serve; empty when all do. */
    Optional<String> missing() {
        for (int i = 0; i < probes.size(); i++) {
            if (!probes.get(i).answers(PATIENCE)) {
                return Optional.of(spec.names().get(i) + " does not serve");
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        probes.forEach(EtcdProbe::close);
    }
}
