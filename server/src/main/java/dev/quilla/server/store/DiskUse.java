package dev.quilla.server.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** How much a store takes on its disk. */
final class DiskUse extends SimpleFileVisitor<Path> {

    private long bytes;

    private DiskUse() {}

    /**
     * The length of all files in a directory and below, while a store is at work in it: what is
     * deleted meanwhile counts or not.
     *
     * @throws UncheckedIOException if it can't be read
     */
    static long bytesUnder(Path directory) {
        DiskUse use = new DiskUse();
        try {
            Files.walkFileTree(directory, use);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return use.bytes;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        bytes += attributes.isRegularFile() ? attributes.size() : 0;
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
        return afterAll(e);
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
            throws IOException {
        return e == null ? FileVisitResult.CONTINUE : afterAll(e);
    }

    /** A file that went between the list of its folder and the look at it is no failure. */
    private static FileVisitResult afterAll(IOException e) throws IOException {
        if (e instanceof NoSuchFileException) {
            return FileVisitResult.CONTINUE;
        }
        throw e;
    }
}
