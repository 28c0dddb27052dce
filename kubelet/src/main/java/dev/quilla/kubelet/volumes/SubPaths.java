package dev.quilla.kubelet.volumes;

import dev.quilla.kubelet.runtime.libc.Filesystems;
import dev.quilla.kubelet.runtime.libc.Libc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Parts of volumes that are mounted alone. A pod's programs write to its volumes, so a link in one
 * may point anywhere on the machine: a part is found without leaving the volume, and what was found
 * is bound to a place that no pod can change before anybody mounts it.
 */
final class SubPaths {

    private static final int PERMISSIONS = 07777;
    private static final int KIND = 0170000;
    private static final int LINK = 0120000;

    private final Path places;
    private final boolean root;

    /**
     * Finds parts of one pod's volumes.
     *
     * @param places holds what parts are bound to
     * @param root whether the worker may bind; where it may not, a part is only checked
     */
    SubPaths(Path places, boolean root) {
        this.places = places;
        this.root = root;
    }

    /**
     * A part of a volume; a directory where nothing is yet.
     *
     * @param name of the place that it is bound to
     * @throws VolumeException if it is not in the volume
     */
    Path of(Path volume, String part, String name) throws IOException, VolumeException {
        check(part);
        Path real = volume.toRealPath();
        Path target = resolved(real, part);
        int descriptor = open(real, real.relativize(target));
        try {
            return root ? bound(descriptor, name) : target;
        } finally {
            Libc.close(descriptor);
        }
    }

    private static void check(String part) throws VolumeException {
        if (part.startsWith("/") || List.of(part.split("/")).contains("..")) {
            throw new VolumeException(
                    "subPath \"%s\" must be a path in the volume without \"..\"".formatted(part));
        }
    }

    private static Path resolved(Path volume, String part) throws IOException, VolumeException {
        Path at = volume;
        for (Path name : Path.of(part).normalize()) {
            Path next = at.resolve(name);
            try {
                at = Files.exists(next, LinkOption.NOFOLLOW_LINKS) ? next.toRealPath() : next;
            } catch (NoSuchFileException _) {
                // A link to nothing: what is made there later is nobody's to mount.
                throw leaves(part);
            }
            if (!at.startsWith(volume)) {
                throw leaves(part);
            }
        }
        return at;
    }

    private static VolumeException leaves(String part) {
        return new VolumeException("subPath \"%s\" leaves its volume".formatted(part));
    }

    /**
     * Step by step from the volume, so that a link that was put there meanwhile is not followed.
     */
    static int open(Path volume, Path part) throws IOException, VolumeException {
        int at = Filesystems.find(volume);
        int mode = mode(at) & PERMISSIONS;
        for (Path name : part) {
            if (name.toString().isEmpty()) {
                return at;
            }
            int directory = at;
            try {
                at = step(directory, name.toString(), mode);
            } finally {
                Libc.close(directory);
            }
            if ((mode(at) & KIND) == LINK) {
                Libc.close(at);
                throw leaves(part.toString());
            }
        }
        return at;
    }

    private static int step(int directory, String name, int mode) throws IOException {
        if (Files.exists(path(directory).resolve(name), LinkOption.NOFOLLOW_LINKS)) {
            return Filesystems.find(directory, name);
        }
        Filesystems.makeDirectory(directory, name, 0700);
        int made = Filesystems.find(directory, name);
        // As open as the volume itself: whoever may write there may write here.
        Ownership.mode(path(made), mode);
        return made;
    }

    /** By which a descriptor's file is reached, wherever it is now. */
    private static Path path(int descriptor) {
        return Path.of("/proc/self/fd/" + descriptor);
    }

    private static int mode(int descriptor) throws IOException {
        return (int) Files.getAttribute(path(descriptor), "unix:mode");
    }

    private Path bound(int descriptor, String name) throws IOException {
        Path place = places.resolve(name);
        PodTree.remove(place);
        Files.createDirectories(places);
        if (Files.isDirectory(path(descriptor))) {
            Files.createDirectory(place);
        } else {
            Files.createFile(place);
        }
        Filesystems.bind(descriptor, place);
        return place;
    }
}
