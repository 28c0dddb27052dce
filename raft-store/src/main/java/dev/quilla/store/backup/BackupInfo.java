package dev.quilla.store.backup;

/**
 * What a backup that was read whole holds.
 *
 * @param revision the revision of the state
 * @param entries how many keys
 * @param leases how many leases
 * @param contentBytes how many bytes the state takes before it is compressed
 * @param fileBytes how many bytes the file has
 * @param sha256 its checksum over everything but itself, in hexadecimal digits
 */
public record BackupInfo(
        Origin origin,
        long revision,
        long entries,
        long leases,
        long contentBytes,
        long fileBytes,
        String sha256) {}
