package dev.quilla.store.raft;

import dev.quilla.store.DamagedException;
import dev.quilla.store.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A member's directory, held by a lock that the kernel lets go of when the process ends. */
final class DataDirectory implements AutoCloseable {

    private static final String CONDEMNED = "diverged";

    private final FileChannel lock;

    private DataDirectory(FileChannel lock) {
        this.lock = lock;
    }

    /**
     * Makes the directory where it isn't there, and holds it.
     *
     * @throws StoreException if it can't be written, or another process holds it
     */
    static DataDirectory hold(Path path) {
        try {
            Files.createDirectories(path);
            FileChannel lock =
                    FileChannel.open(
                            path.resolve("member.lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (!isHeld(lock)) {
                lock.close();
                throw new StoreException(
                        "another process uses the data directory "
                                + path
                                + ": stop it, or configure another directory");
            }
            return new DataDirectory(lock);
        } catch (IOException e) {
            throw new StoreException(
                    "can't write to the data directory "
                            + path
                            + " ("
                            + e
                            + "): make room or mend its permissions",
                    e);
        }
    }

    /** Marks a directory whose state must never be served again. */
    static void condemn(Path path, String why) {
        try {
            Files.writeString(path.resolve(CONDEMNED), why);
        } catch (IOException e) {
            throw new StoreException(why + "; and the data directory can't be marked: " + e, e);
        }
    }

    /**
     * Refuses a directory that was marked.
     *
     * @throws DamagedException if it was
     */
    static void refuseCondemned(Path path) throws IOException {
        Path mark = path.resolve(CONDEMNED);
        if (Files.exists(mark)) {
            throw new DamagedException(Files.readString(mark));
        }
    }

    /** The state that a directory was marked for is not in it any more. */
    static void acquit(Path path) throws IOException {
        Files.deleteIfExists(path.resolve(CONDEMNED));
    }

    private static boolean isHeld(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // held by this very process
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new StoreException("the data directory's lock did not close: " + e, e);
        }
    }
}
