package dev.quilla.store.backup;

import java.time.Instant;
import java.util.Optional;

/**
 * How scheduled backups go on one member.
 *
 * @param last the newest that this process made, if it has made one
 * @param failure why the last attempt failed; empty if it did not
 */
public record BackupStatus(Optional<Saved> last, String failure) {

    /** A backup that was made. */
    public record Saved(String file, long revision, Instant time) {}

    /** Nothing was made yet, and nothing has failed. */
    public static final BackupStatus NONE = new BackupStatus(Optional.empty(), "");
}
