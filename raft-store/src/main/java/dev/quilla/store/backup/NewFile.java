package dev.quilla.store.backup;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A backup that is being written: under another name until it is whole and on disk, so that a file
 * with a backup's name always is one. Only its owner can read it, for it holds secrets.
 */
public final class NewFile implements AutoCloseable {

    /** What the name of a file ends with that is not whole. */
    static final String UNFINISHED = ".part";

    private final Path target;
    private final Path temporary;
    private final FileOutputStream out;

    private NewFile(Path target, Path temporary, FileOutputStream out) {
        this.target = target;
        this.temporary = temporary;
        this.out = out;
    }

    /**
     * Begins a file.
     *
     * @throws IOException if it can't be made where it should be
     */
    public static NewFile at(Path file) throws IOException {
        Path target = file.toAbsolutePath();
        Path temporary = target.resolveSibling(target.getFileName() + UNFINISHED);
        Files.deleteIfExists(temporary);
        if (Files.getFileStore(folder(target)).supportsFileAttributeView("posix")) {
            Files.createFile(
                    temporary,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        }
        return new NewFile(target, temporary, new FileOutputStream(temporary.toFile()));
    }

    private static Path folder(Path file) {
        return java.util.Objects.requireNonNull(file.getParent());
    }

    /** Where its content goes. */
    public OutputStream out() {
        return out;
    }

    /** Checks what was written, and gives it its name. */
    public BackupInfo finish() throws IOException {
        out.getFD().sync();
        out.close();
        BackupInfo info = Backups.verify(temporary);
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel folder = FileChannel.open(folder(target), StandardOpenOption.READ)) {
            folder.force(true);
        }
        return info;
    }

    /** Removes what was not finished. */
    @Override
    public void close() throws IOException {
        out.close();
        Files.deleteIfExists(temporary);
    }
}
