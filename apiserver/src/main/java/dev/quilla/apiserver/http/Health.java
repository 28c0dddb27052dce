package dev.quilla.apiserver.http;

import dev.quilla.store.Freshness;
import dev.quilla.store.Space;
import dev.quilla.store.Store;
import dev.quilla.store.StoreException;
import dev.quilla.store.StoreStatus;
import dev.quilla.store.backup.BackupStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How this master is doing, for people and for machines. */
public final class Health {

    /** The Kubernetes version whose API this is. */
    public static final String VERSION = "v1.36.3+quilla.1";

    /** The Kubernetes release whose API this is. */
    static final String RELEASE = "1.36";

    /** What those are told who ask for the version of Go. */
    static final String GO_VERSION = "none";

    private final String name;
    private final String url;
    private final Store store;
    private final BooleanSupplier bootstrapped;
    private final Supplier<Optional<String>> unreadable;
    private final Supplier<Optional<BackupStatus>> backups;
    private final Supplier<Optional<String>> repaired;

    /**
     * Reports on a master.
     *
     * @param bootstrapped whether the objects that every cluster has are there
     * @param unreadable why some of what is stored can't be read; empty if all can
     * @param backups how scheduled backups go; empty where there are none
     * @param repaired why the store's data had to be filled anew; empty if it had not
     */
    public Health(
            String name,
            String url,
            Store store,
            BooleanSupplier bootstrapped,
            Supplier<Optional<String>> unreadable,
            Supplier<Optional<BackupStatus>> backups,
            Supplier<Optional<String>> repaired) {
        this.repaired = repaired;
        this.backups = backups;
        this.name = name;
        this.url = url;
        this.store = store;
        this.bootstrapped = bootstrapped;
        this.unreadable = unreadable;
    }

    /**
     * One thing that is looked at.
     *
     * @param problem why it is not as it should be; empty if it is
     */
    record Check(String name, Supplier<Optional<String>> problem) {}

    /** What is looked at where it is asked whether the process lives. */
    List<Check> alive() {
        return List.of(new Check("ping", Optional::empty));
    }

    /** What is looked at where it is asked whether clients may come. */
    List<Check> ready() {
        return List.of(
                new Check("ping", Optional::empty),
                new Check("store", this::storeProblem),
                new Check("encryption", unreadable),
                new Check(
                        "bootstrap",
                        () ->
                                bootstrapped.getAsBoolean()
                                        ? Optional.empty()
                                        : Optional.of("it is under way")));
    }

    /** What is looked at where people ask for it alone: what they know the store as. */
    Check etcd() {
        return new Check("etcd", this::storeProblem);
    }

    private Optional<String> storeProblem() {
        try {
            store.view(new Freshness.Linearizable());
            return Optional.empty();
        } catch (StoreException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    Map<String, @Nullable Object> version() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("major", "1");
        map.put("minor", "36");
        map.put("emulationMajor", "1");
        map.put("emulationMinor", "36");
        map.put("minCompatibilityMajor", "1");
        map.put("minCompatibilityMinor", "35");
        map.put("gitVersion", VERSION);
        map.put("gitCommit", "");
        map.put("gitTreeState", "clean");
        map.put("buildDate", "2026-01-01T00:00:00Z");
        map.put("goVersion", GO_VERSION);
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
        map.put("stateBytes", status.space().bytes());
        map.put("stateBytesMax", status.space().bytesMax());
        if (isFull(status)) {
            map.put(
                    "error",
                    status.trouble().isEmpty()
                            ? "the store is full: delete something, or raise stateBytesMax"
                            : status.trouble());
        }
        backups.get().ifPresent(b -> map.put("backup", backup(b)));
        repaired.get().ifPresent(note -> map.put("repaired", note));
        return map;
    }

    private static Map<String, @Nullable Object> backup(BackupStatus status) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        status.last()
                .ifPresent(last -> {
                    map.put("file", last.file());
                    map.put("revision", last.revision());
                    map.put("time", last.time().toString());
                });
        if (!status.failure().isEmpty()) {
            map.put("error", status.failure());
        }
        return map;
    }

    String metrics() {
        return storeMetrics() + backups.get().map(Health::backupMetrics).orElse("");
    }

    private static String backupMetrics(BackupStatus status) {
        return """
        # TYPE quilla_backup_last_success_timestamp_seconds gauge
        quilla_backup_last_success_timestamp_seconds %d
        # TYPE quilla_backup_last_revision gauge
        quilla_backup_last_revision %d
        # TYPE quilla_backup_failing gauge
        quilla_backup_failing %d
        """
                .formatted(
                        status.last().map(l -> l.time().getEpochSecond()).orElse(0L),
                        status.last().map(BackupStatus.Saved::revision).orElse(0L),
                        status.failure().isEmpty() ? 0 : 1);
    }

    private String storeMetrics() {
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
        # TYPE quilla_store_state_bytes gauge
        quilla_store_state_bytes %d
        # TYPE quilla_store_state_bytes_max gauge
        quilla_store_state_bytes_max %d
        # TYPE quilla_store_full gauge
        quilla_store_full %d
        """
                .formatted(
                        status.appliedIndex(),
                        status.revision(),
                        status.entries(),
                        status.role().equals("leader") ? 1 : 0,
                        status.space().bytes(),
                        status.space().bytesMax(),
                        isFull(status) ? 1 : 0);
    }

    private static boolean isFull(StoreStatus status) {
        return status.space().alarm() != Space.Alarm.OFF || !status.trouble().isEmpty();
    }
}
