package dev.quilla.apiserver.http;

import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import dev.quilla.model.ApiErrors;
import dev.quilla.store.Contents;
import dev.quilla.store.Store;
import dev.quilla.store.StoreException;
import dev.quilla.store.backup.Backups;
import dev.quilla.store.backup.Origin;
import java.io.IOException;
import java.io.OutputStream;
import java.time.InstantSource;

/**
 * Sends a backup of the whole cluster's state, secrets and all: only who may {@code get} the path
 * {@code /quilla/backup} is given it.
 */
public final class BackupSender {

    private final Store store;
    private final String clusterId;
    private final String master;
    private final InstantSource clock;

    /** Sends what a store has, as this master of that cluster. */
    public BackupSender(Store store, String clusterId, String master, InstantSource clock) {
        this.store = store;
        this.clusterId = clusterId;
        this.master = master;
        this.clock = clock;
    }

    /** Where the backups that this sends come from. */
    public Origin origin() {
        return new Origin(Origin.CLUSTER, clusterId, master, clock.instant());
    }

    void send(HttpExchange exchange) throws IOException {
        Contents contents;
        try {
            contents = store.contents();
        } catch (StoreException e) {
            throw ApiErrors.unavailable(e.getMessage());
        }
        try (OutputStream out =
                exchange.stream(200, Headers.of("Content-Type", "application/octet-stream"))) {
            Backups.write(contents, origin(), out);
        }
    }
}
