package dev.quilla.kubelet.volumes;

import dev.quilla.model.core.v1.HostPathVolumeSource;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file or directory of the machine. It is never written, emptied or removed by the kubelet. */
final class HostPath implements PodVolume {

    private static final int KIND = 0170000;
    private static final int SOCKET = 0140000;
    private static final int CHARACTERS = 0020000;
    private static final int BLOCKS = 0060000;

    private final Path path;
    private final String type;

    HostPath(HostPathVolumeSource spec) throws VolumeException {
        this.path = Path.of(spec.path());
        this.type = spec.type();
        if (!path.isAbsolute() || !path.equals(path.normalize())) {
            throw new VolumeException(
                    "hostPath \"%s\" must be an absolute path without \"..\""
                            .formatted(spec.path()));
        }
    }

    @Override
    public void prepare() throws IOException, VolumeException {
        switch (type) {
            case "" -> {
                if (!Files.exists(path)) {
                    Files.createDirectories(path);
                }
            }
            case "DirectoryOrCreate" -> {
                Files.createDirectories(path);
                require(Files.isDirectory(path), "a directory");
            }
            case "FileOrCreate" -> {
                createFile();
                require(Files.isRegularFile(path), "a file");
            }
            case "Directory" -> require(Files.isDirectory(path), "a directory");
            case "File" -> require(Files.isRegularFile(path), "a file");
            case "Socket" -> require(kind() == SOCKET, "a socket");
            case "CharDevice" -> require(kind() == CHARACTERS, "a character device");
            case "BlockDevice" -> require(kind() == BLOCKS, "a block device");
            default -> throw new VolumeException("hostPath has no type \"" + type + "\"");
        }
    }

    private void createFile() throws IOException {
        try {
            if (!Files.exists(path)) {
                Files.createFile(path);
            }
        } catch (FileAlreadyExistsException _) {
            // Another pod was first.
        }
    }

    private int kind() throws IOException {
        return Files.exists(path) && Files.getAttribute(path, "unix:mode") instanceof Integer mode
                ? mode & KIND
                : 0;
    }

    private void require(boolean holds, String what) throws VolumeException {
        if (!holds) {
            throw new VolumeException(
                    "hostPath type check failed: %s is not %s".formatted(path, what));
        }
    }

    @Override
    public Path source() {
        return path;
    }
}
