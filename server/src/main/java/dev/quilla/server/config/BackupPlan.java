package dev.quilla.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * When backups are made, and what is kept of them.
 *
 * @param directory where they go
 * @param every how long after one the next is made
 * @param keep how many there are at the most; the oldest goes when there would be more
 */
public record BackupPlan(Path directory, Duration every, int keep) {

    private static final Duration EVERY_MIN = Duration.ofSeconds(1);
    private static final int KEEP_MAX = 10_000;

    /** Reads the section {@code backup} of a file; empty where there is none. */
    public static Optional<BackupPlan> of(ConfigSection root) {
        return root.sectionIfPresent("backup").map(BackupPlan::read);
    }

    private static BackupPlan read(ConfigSection section) {
        Duration every = section.duration("every", Duration.ofHours(6));
        if (every.compareTo(EVERY_MIN) < 0) {
            section.error("every", "must be " + EVERY_MIN.toSeconds() + "s or more");
        }
        int keep = section.count("keep", KEEP_MAX);
        if (keep == 0) {
            section.error("keep", "must be 1 or more");
        }
        return new BackupPlan(section.path("directory"), every, keep);
    }
}
