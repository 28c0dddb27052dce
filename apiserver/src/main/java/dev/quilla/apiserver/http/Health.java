package dev.quilla.apiserver.http;

import dev.quilla.store.Freshness;
import dev.quilla.store.Store;
import dev.quilla.store.StoreException;
import dev.quilla.store.StoreStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** How this master is doing, for people and for machines. */
public final class Health {

    /** The Kubernetes version whose API this is. */
    public static final String VERSION = "v1.36.3+quilla.1";

    private final String name;
    private final String url;
    private final Store store;
    private final BooleanSupplier bootstrapped;

    /**
     * Reports on a master.
     *
     * @param bootstrapped whether the objects that every cluster has are there
     */
    public Health(String name, String url, Store store, BooleanSupplier bootstrapped) {
        this.name = name;
        this.url = url;
        this.store = store;
        this.bootstrapped = bootstrapped;
    }

    record Report(boolean ok, String problem) {

        String text(boolean verbose) {
            if (ok) {
                return verbose ? "[+]ping ok\n[+]store ok\n[+]bootstrap ok\nok\n" : "ok";
            }
            return "[-]" + problem + "\nnot ready\n";
        }
    }

    Report check(boolean ready) {
        if (!ready) {
            return new Report(true, "");
        }
        try {
            store.view(new Freshness.Linearizable());
        } catch (StoreException e) {
            return new Report(false, "store failed: " + e.getMessage());
        }
        return bootstrapped.getAsBoolean()
                ? new Report(true, "")
                : new Report(false, "bootstrap is under way");
    }

    Map<String, @Nullable Object> version() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("major", "1");
        map.put("minor", "36");
        map.put("gitVersion", VERSION);
        map.put("gitCommit", "");
        map.put("gitTreeState", "clean");
        map.put("buildDate", "2026-01-01T00:00:00Z");
        map.put("goVersion", "none");
        map.put("compiler", "javac");
        map.put("platform", "linux/" + System.getProperty("os.arch"));
        return map;
    }

    Map<String, @Nullable Object> status() {
        StoreStatus status = store.status();
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("name", name);
        map.put("url", url);
        map.put("role", status.role());
        map.put("raftTerm", status.term());
        map.put("appliedIndex", status.appliedIndex());
        map.put("revision", status.revision());
        return map;
    }

    String metrics() {
        StoreStatus status = store.status();
        return """
        # TYPE quilla_store_applied_index gauge
        quilla_store_applied_index %d
        # TYPE quilla_store_revision gauge
        quilla_store_revision %d
        # TYPE quilla_store_entries gauge
        quilla_store_entries %d
        # TYPE quilla_store_leader gauge
        quilla_store_leader %d
        """
                .formatted(
                        status.appliedIndex(),
                        status.revision(),
                        status.entries(),
                        status.role().equals("leader") ? 1 : 0);
    }
}
