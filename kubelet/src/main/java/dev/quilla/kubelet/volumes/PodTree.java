package dev.quilla.kubelet.volumes;

import dev.quilla.kubelet.runtime.libc.Filesystems;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * Removes directories that pods wrote to. What is mounted in them is let go, never emptied; a link
 * is removed, never followed.
 */
final class PodTree {

    private PodTree() {}

    /**
     * Removes a directory with all below it; one that is not there is no failure.
     *
     * @throws IOException if something can't be removed, or is mounted there and can't be let go:
     *     then nothing is removed
     */
    static void remove(Path tree) throws IOException {
        if (Files.isSymbolicLink(tree)) {
            Files.delete(tree);
        } else if (Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            unmount(tree);
            Files.walkFileTree(tree, new Removal());
        }
    }

    /** Lets go of all that is mounted on a directory and below. */
    static void unmount(Path tree) throws IOException {
        for (Path mount : MountTable.now().under(tree)) {
            Filesystems.unmount(mount);
        }
        List<Path> left = MountTable.now().under(tree);
        if (!left.isEmpty()) {
            throw new IOException(left.getFirst() + " is still mounted");
        }
    }

    private static final class Removal extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }

        @Override
        public FileVisitResult postVisitDirectory(
                Path directory, @org.jspecify.annotations.Nullable IOException e)
                throws IOException {
            if (e != null) {
                throw e;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
