package dev.quilla.kubelet.pods;

import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.ContainerRuntimeException.Reason;
import dev.quilla.kubelet.runtime.Mount;
import dev.quilla.kubelet.volumes.PodVolumes;
import dev.quilla.kubelet.volumes.VolumeException;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What each container of a pod sees of the machine's files: a directory a pod keeps them. */
final class PodMounts {

    private static final int MESSAGE_BYTES_MAX = 4096;
    private static final String ACCOUNT_VARIABLE = "QUILLA_SERVICE_ACCOUNT_DIR";

    private final Path root;
    private final PodVolumes volumes;

    /**
     * Keeps pods' files.
     *
     * @param root holds a directory a pod, named by its uid
     */
    PodMounts(Path root, PodVolumes volumes) {
        this.root = root;
        this.volumes = volumes;
    }

    /** What a container is to be given; its pod's volumes were prepared. */
    List<Mount> of(Pod pod, Container container, int attempt, Map<String, String> environment)
            throws IOException {
        List<Mount> mounts = new ArrayList<>(volumes(pod, container, environment));
        if (volumes.givesFiles(container)) {
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

    private List<Mount> volumes(Pod pod, Container container, Map<String, String> environment) {
        try {
            return volumes.mounts(pod, container, text -> expanded(text, environment));
        } catch (VolumeException e) {
            throw new ContainerRuntimeException(Reason.CONTAINER_CONFIG, e.getMessage(), e);
        }
    }

    private static String expanded(String text, Map<String, String> environment) {
        Optional<String> unknown = Environment.unknown(text, environment);
        if (unknown.isPresent()) {
            throw new ContainerRuntimeException(
                    Reason.CONTAINER_CONFIG,
                    "subPathExpr \"%s\": there is no variable %s".formatted(text, unknown.get()));
        }
        return Environment.expand(text, environment);
    }

    /** What a container must be told of files that it can't be given; mostly nothing. */
    Map<String, String> variables(Pod pod, Container container) {
        try {
            return volumes.accountDirectory(pod, container)
                    .map(at -> Map.of(ACCOUNT_VARIABLE, at.toString()))
                    .orElse(Map.of());
        } catch (VolumeException e) {
            throw new ContainerRuntimeException(Reason.CONTAINER_CONFIG, e.getMessage(), e);
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
            return new String(in.readNBytes(MESSAGE_BYTES_MAX), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes the volumes of a pod that is over; what its programs said last stays. */
    void release(String uid) throws IOException {
        volumes.release(uid);
    }

    /** Removes a pod's files. */
    void remove(String uid) throws IOException {
        volumes.remove(uid);
    }

    /** The pods that have files here. */
    Set<String> uids() throws IOException {
        return volumes.uids();
    }
}
