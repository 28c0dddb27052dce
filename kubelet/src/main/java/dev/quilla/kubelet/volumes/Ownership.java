package dev.quilla.kubelet.volumes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * To whom a volume's files belong: the pod's fsGroup may read them, and new files are the group's.
 *
 * @param group empty leaves files the worker's
 */
record Ownership(OptionalLong group) {

    /** Files stay the worker's. */
    static final Ownership WORKERS = new Ownership(OptionalLong.empty());

    private static final int SET_GROUP = 02000;
    private static final int GROUP_READS = 0440;
    private static final int GROUP_ENTERS = 0550;

    /** What a file of that mode gets. */
    int fileMode(int mode) {
        return group.isPresent() ? mode | GROUP_READS : mode;
    }

    void file(Path file, int mode) throws IOException {
        giveToGroup(file);
        mode(file, fileMode(mode));
    }

    void directory(Path directory, int mode) throws IOException {
        giveToGroup(directory);
        mode(directory, group.isPresent() ? mode | SET_GROUP | GROUP_ENTERS : mode);
    }

    private void giveToGroup(Path path) throws IOException {
        if (group.isPresent()) {
            Files.setAttribute(
                    path,
                    "unix:gid",
                    Math.toIntExact(group.getAsLong()),
                    LinkOption.NOFOLLOW_LINKS);
        }
    }

    static void mode(Path path, int mode) throws IOException {
        Files.setAttribute(path, "unix:mode", mode);
    }
}
