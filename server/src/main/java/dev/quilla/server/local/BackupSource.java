package dev.quilla.server.local;

import dev.quilla.client.ApiRequest;
import dev.quilla.client.http.HttpsTransport;
import dev.quilla.client.http.StreamedResponse;
import dev.quilla.client.kubeconfig.Kubeconfig;
import dev.quilla.etcd.ClientTls;
import dev.quilla.etcd.EtcdProbe;
import dev.quilla.etcd.EtcdSnapshot;
import dev.quilla.server.store.StoreConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Where a backup is taken from: a running cluster or store. */
interface BackupSource {

    /** Where a member's clients reach it. */
    record Endpoint(String host, int port) {}

    /** How long a member may take to say that it serves. */
    Duration PATIENCE = Duration.ofSeconds(2);

    /**
     * Copies a new backup.
     *
     * @throws IOException if there is none to be had, or it breaks off
     */
    void copy(OutputStream out) throws IOException;

    /** The cluster that a kubeconfig leads to. */
    static BackupSource cluster(Path kubeconfig) throws IOException {
        Kubeconfig config = Kubeconfig.load(kubeconfig);
        return out -> {
            try (HttpsTransport transport = new HttpsTransport(config.access().options());
                    StreamedResponse response =
                            transport.open(ApiRequest.get("/quilla/backup").withAccept("*/*"));
                    InputStream in = response.body()) {
                in.transferTo(out);
            }
        };
    }

    /** The cluster or the store that lives in a directory. */
    static BackupSource in(ClusterDirectory directory) throws IOException {
        if (Files.exists(directory.storeSpec())) {
            return store(directory, StoreSpec.read(directory.storeSpec()));
        }
        if (!Files.exists(directory.kubeconfig())) {
            throw new LocalClusterException(
                    "neither a cluster nor a store is in "
                            + directory.root()
                            + ": name the directory of one with --dir, or a --kubeconfig");
        }
        return cluster(directory.kubeconfig());
    }

    private static BackupSource store(ClusterDirectory directory, StoreSpec spec) {
        return store(
                spec.names().stream()
                        .map(name -> new Endpoint("127.0.0.1", spec.clientPort(name)))
                        .toList(),
                spec.clientTls(directory),
                "of the store in "
                        + directory.root()
                        + " answers: start it with quilla store --dir, or see its logs");
    }

    /** The store that a member's configuration is of, as that member. */
    static BackupSource store(StoreConfig config) {
        return store(
                config.members().stream().map(m -> new Endpoint(m.host(), m.clientPort())).toList(),
                config.clientTls(),
                "that the file names answers: start them, or see their logs");
    }

    private static BackupSource store(
            List<Endpoint> members, Optional<ClientTls> tls, String whichDoNot) {
        return out -> {
            for (Endpoint member : members) {
                if (answers(member, tls)) {
                    EtcdSnapshot.copy(member.host(), member.port(), tls, out);
                    return;
                }
            }
            throw new IOException("no member " + whichDoNot);
        };
    }

    private static boolean answers(Endpoint member, Optional<ClientTls> tls) throws IOException {
        try (EtcdProbe probe = new EtcdProbe(member.host(), member.port(), tls)) {
            return probe.answers(PATIENCE);
        }
    }
}
