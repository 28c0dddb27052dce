package dev.quilla.kubelet.pods;

import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.ContainerRuntimeException.Reason;
import dev.quilla.kubelet.runtime.Mount;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.VolumeMount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What each container of a pod sees of the machine's files: a directory a pod keeps them. */
final class PodMounts {

    private static final int MESSAGE_BYTES_MAX = 4096;
    private static final String ACCOUNT_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount";

    private final Path root;
    private final boolean possible;

    /**
     * Keeps pods' files.
     *
     * @param root holds a directory a pod, named by its uid
     * @param possible whether containers can be given files at all
     */
    PodMounts(Path root, boolean possible) {
        this.root = root;
        this.possible = possible;
    }

    /** What a container is to be given. */
    List<Mount> of(Pod pod, Container container, int attempt, Map<String, String> environment)
            throws IOException {
        refuseVolumes(container);
        List<Mount> mounts = new ArrayList<>();
        if (possible) {
            Path message = message(pod, container.name(), attempt);
            Files.createDirectories(message.getParent());
            if (!Files.exists(message)) {
                Files.createFile(message);
                message.toFile().setWritable(true, false);
            }
            mounts.add(Mount.of(message, container.terminationMessagePath(), false));
        }
        return mounts;
    }

    /** Better no container than one that misses its files without a word. */
    private static void refuseVolumes(Container container) {
        for (VolumeMount mount : container.volumeMounts()) {
            // Nobody asked for the account's token: programs that don't use it run without.
            if (!mount.mountPath().equals(ACCOUNT_TOKEN)) {
                throw new ContainerRuntimeException(
                        Reason.CONTAINER_CONFIG,
                        "volume \"%s\" can't be mounted: this version of Quilla has no volumes"
                                .formatted(mount.name()));
            }
        }
    }

    private Path message(Pod pod, String container, int attempt) {
        return root.resolve(pod.uid()).resolve("messages").resolve(container + "-" + attempt);
    }

    /** What a program said about its end. */
    String terminationMessage(Pod pod, String container, int attempt) {
        Path file = message(pod, container, attempt);
        if (!Files.exists(file)) {
            return "";
        }
        try (var in = Files.newInputStream(file)) {
            return new String(
                    in.readNBytes(MESSAGE_BYTES_MAX), java.nio.charset.StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes a pod's files. */
    void remove(String uid) throws IOException {
        Path directory = root.resolve(uid);
        if (!Files.isDirectory(directory)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}
