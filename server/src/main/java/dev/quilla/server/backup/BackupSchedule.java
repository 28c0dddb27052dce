package dev.quilla.server.backup;

import dev.quilla.server.config.BackupPlan;
import dev.quilla.store.Store;
import dev.quilla.store.StoreException;
import dev.quilla.store.backup.BackupFolder;
import dev.quilla.store.backup.BackupInfo;
import dev.quilla.store.backup.BackupStatus;
import dev.quilla.store.backup.Backups;
import dev.quilla.store.backup.NewFile;
import dev.quilla.store.backup.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a backup when one is due, and removes the oldest when there are too many. What is due
 * follows from the files that are there, so a restart makes none before its time. Passive: one
 * thread asks it from time to time; any thread reads the status.
 */
final class BackupSchedule {

    private static final Logger LOG = LoggerFactory.getLogger(BackupSchedule.class);

    /** Sorts as the times do. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Store store;
    private final Supplier<Origin> origin;
    private final BackupPlan plan;
    private final String prefix;
    private volatile BackupStatus status = BackupStatus.NONE;

    /**
     * Makes backups of a store.
     *
     * @param origin where the next one comes from
     */
    BackupSchedule(Store store, Supplier<Origin> origin, BackupPlan plan) {
        this.store = store;
        this.origin = origin;
        this.plan = plan;
        this.prefix = "quilla-" + origin.get().clusterId() + "-";
    }

    BackupStatus status() {
        return status;
    }

    /** Makes a backup if this member leads and the newest is old enough. */
    void look(Instant now) {
        if (store.leadership().term().isEmpty()) {
            return;
        }
        try {
            Files.createDirectories(plan.directory());
            if (isDue(now)) {
                save();
                removeOld();
            }
        } catch (IOException | StoreException e) {
            failed("no backup could be made in " + plan.directory() + ": " + e.getMessage());
        }
    }

    private boolean isDue(Instant now) throws IOException {
        List<Path> made = made();
        return made.isEmpty() || !time(made.getLast()).plus(plan.every()).isAfter(now);
    }

    /** Tells of a failure once, however often it is met. */
    private void failed(String why) {
        if (!status.failure().equals(why)) {
            LOG.error("{}", why);
        }
        status = new BackupStatus(status.last(), why);
    }

    private void save() throws IOException {
        Origin from = origin.get();
        Path file =
                plan.directory().resolve(prefix + TIME.format(from.time()) + BackupFolder.SUFFIX);
        BackupInfo info;
        try (NewFile fresh = NewFile.at(file)) {
            Backups.write(store.contents(), from, fresh.out());
            info = fresh.finish();
        }
        LOG.info("made backup {} at revision {}", file, info.revision());
        status =
                new BackupStatus(
                        Optional.of(
                                new BackupStatus.Saved(
                                        file.toString(), info.revision(), from.time())),
                        "");
    }

    private void removeOld() throws IOException {
        List<Path> made = made();
        for (Path old : made.subList(0, Math.max(0, made.size() - plan.keep()))) {
            Files.delete(old);
        }
    }

    /** The backups that a schedule of this cluster has made, the oldest first. */
    private List<Path> made() throws IOException {
        try (Stream<Path> files = Files.list(plan.directory())) {
            return files.filter(this::isOurs)
                    .sorted(Comparator.comparing(f -> f.getFileName().toString()))
                    .toList();
        }
    }

    private boolean isOurs(Path file) {
        return file.getFileName()
                .toString()
                .matches(
                        java.util.regex.Pattern.quote(prefix)
                                + "\\d{8}T\\d{6}Z"
                                + java.util.regex.Pattern.quote(BackupFolder.SUFFIX));
    }

    private Instant time(Path file) {
        String name = file.getFileName().toString();
        String text = name.substring(prefix.length(), name.length() - BackupFolder.SUFFIX.length());
        return TIME.parse(text, Instant::from);
    }
}
