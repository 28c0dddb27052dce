package dev.quilla.kubelet.runtime.process;

import dev.quilla.kubelet.runtime.Mount;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Places on the machine that a container mounts something over. What was not there is made, empty,
 * and noted so that it can be taken away with the node. A container's mounts themselves are seen by
 * nobody else.
 */
final class MountPoints {

    private final Path made;
    private final ReentrantLock lock = new ReentrantLock();

    MountPoints(Path directory) {
        this.made = directory.resolve("mount-points");
    }

    /** Sees to it that something is at a mount's target. */
    void ensure(Mount mount) throws IOException {
        Path target = Path.of(mount.target());
        if (Files.exists(target)) {
            return;
        }
        lock.lock();
        try {
            boolean directory = Files.isDirectory(mount.source());
            Path path = Path.of("/");
            for (Path name : target.normalize()) {
                path = path.resolve(name);
                boolean last = path.equals(target.normalize());
                make(path, directory || !last);
            }
        } finally {
            lock.unlock();
        }
    }

    private void make(Path path, boolean directory) throws IOException {
        if (Files.exists(path)) {
            return;
        }
        Files.writeString(made, path + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        try {
            if (directory) {
                Files.createDirectory(path);
            } else {
                Files.createFile(path);
            }
        } catch (FileAlreadyExistsException _) {
            // Another node of this machine was first.
        }
    }

    /** Takes away what was made here and is still empty; no container may be left. */
    void remove() throws IOException {
        if (!Files.exists(made)) {
            return;
        }
        List<String> paths = new ArrayList<>(Files.readAllLines(made));
        for (String text : paths.reversed()) {
            Path path = Path.of(text);
            try {
                if (Files.isDirectory(path)
                        || (Files.isRegularFile(path) && Files.size(path) == 0)) {
                    Files.deleteIfExists(path);
                }
            } catch (DirectoryNotEmptyException _) {
                // Used by others by now.
            }
        }
        Files.delete(made);
    }
}
