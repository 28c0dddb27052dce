package dev.quilla.store.backup;

import dev.quilla.store.StoreException;

/** A file that is no backup, or no longer the one that was written; says where. */
public final class DamagedBackupException extends StoreException {

    private static final long serialVersionUID = 1L;

    DamagedBackupException(String message) {
        super(message);
    }
}
