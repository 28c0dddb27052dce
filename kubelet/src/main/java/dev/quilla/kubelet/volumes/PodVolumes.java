package dev.quilla.kubelet.volumes;

import dev.quilla.client.TransportException;
import dev.quilla.kubelet.runtime.Mount;
import dev.quilla.kubelet.runtime.libc.Filesystems;
import dev.quilla.model.ApiException;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Volume;
import dev.quilla.model.core.v1.VolumeMount;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The volumes of a node's pods. All state is in files: a kubelet that starts again finds its pods'
 * volumes as they are. Thread-safe, as long as one thread at a time works on a pod.
 */
public final class PodVolumes {

    /** Where programs look for their account's token. */
    public static final String ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

    private static final String VOLUMES = "volumes";
    private static final String PARTS = "volume-parts";

    private final Config config;
    private final Path memory;
    private final Tokens tokens;
    private final VolumeKinds fresh;
    private final VolumeKinds recent;

    /**
     * How a node keeps volumes.
     *
     * @param directory holds a directory a pod, named by its uid
     * @param mounts whether containers can be given files at all
     * @param root whether the worker may mount
     */
    public record Config(Path directory, boolean mounts, boolean root, DownwardFields fields) {}

    /** Keeps volumes, with what is in them from these sources. */
    public PodVolumes(Config config, VolumeSources sources, InstantSource clock) {
        this.config = config;
        this.memory = memory(config.directory());
        this.tokens = new Tokens(sources, clock);
        this.fresh = kinds(sources, clock);
        this.recent = kinds(new RecentSources(sources, clock), clock);
    }

    private VolumeKinds kinds(VolumeSources sources, InstantSource clock) {
        return new VolumeKinds(new Contents(sources, tokens, config.fields()), clock);
    }

    private static Path memory(Path directory) {
        return directory.resolveSibling(directory.getFileName() + "-memory");
    }

    /**
     * Sets up what a pod's containers mount, with the newest content.
     *
     * @throws VolumeException if a volume can't be had
     */
    public void prepare(Pod pod) throws VolumeException {
        for (Volume volume : used(pod)) {
            attempting(volume, () -> prepare(pod, volume));
        }
    }

    /** Containers can go on with a volume that was there before, whatever is missing now. */
    private void prepare(Pod pod, Volume volume) throws IOException, VolumeException {
        refuseWithoutMounts(pod, volume);
        ensureMemory();
        PodVolume known = fresh.of(volume, place(pod, volume));
        try {
            known.prepare();
        } catch (VolumeException | ApiException | TransportException e) {
            if (!known.isThere()) {
                throw e;
            }
        }
    }

    /**
     * Brings what follows the cluster's objects up to date.
     *
     * @throws VolumeException if that can't be done: what is there stays
     */
    public void refresh(Pod pod) throws VolumeException {
        for (Volume volume : used(pod)) {
            attempting(volume, () -> refresh(pod, volume));
        }
    }

    private void refresh(Pod pod, Volume volume) throws IOException, VolumeException {
        PodVolume known = recent.of(volume, place(pod, volume));
        if (known.followsCluster()) {
            ensureMemory();
            known.prepare();
        }
    }

    /** What a container mounts, in the order of its mounts; volumes were prepared before. */
    public List<Mount> mounts(Pod pod, Container container, UnaryOperator<String> expand)
            throws VolumeException {
        if (!givesFiles(container)) {
            return List.of();
        }
        List<Mount> mounts = new ArrayList<>();
        int index = 0;
        for (VolumeMount mount : container.volumeMounts()) {
            Volume volume = volume(pod, mount);
            String place = "%s.%s.%d".formatted(volume.name(), container.name(), index++);
            attempting(volume, () -> mounts.add(mount(pod, volume, mount, place, expand)));
        }
        return mounts;
    }

    private Mount mount(
            Pod pod, Volume volume, VolumeMount mount, String place, UnaryOperator<String> expand)
            throws IOException, VolumeException {
        PodVolume known = fresh.of(volume, place(pod, volume));
        String part = mount.hasSubPathExpr() ? expand.apply(mount.subPathExpr()) : mount.subPath();
        SubPaths parts =
                new SubPaths(config.directory().resolve(pod.uid()).resolve(PARTS), config.root());
        Path source = part.isEmpty() ? known.source() : parts.of(known.source(), part, place);
        String target = mount.mountPath();
        return new Mount(
                source.toAbsolutePath(),
                target.startsWith("/") ? target : "/" + target,
                mount.readOnly() || known.readOnly(),
                switch (mount.mountPropagation()) {
                    case "HostToContainer" -> Mount.Propagation.HOST_TO_CONTAINER;
                    case "Bidirectional" -> Mount.Propagation.BIDIRECTIONAL;
                    default -> Mount.Propagation.PRIVATE;
                });
    }

    /**
     * Whether a container is given files. Where the worker is not root that takes a root directory
     * of the container's own, which is made for who asks for a volume, not for the account alone.
     */
    public boolean givesFiles(Container container) {
        return config.mounts()
                && (config.root()
                        || container.volumeMounts().stream()
                                .anyMatch(m -> !m.mountPath().equals(ACCOUNT)));
    }

    /**
     * Where the account's token is for a container that can't be given it at its usual place; empty
     * where it can, and where it has none.
     */
    public Optional<Path> accountDirectory(Pod pod, Container container) throws VolumeException {
        if (givesFiles(container)) {
            return Optional.empty();
        }
        for (VolumeMount mount : container.volumeMounts()) {
            if (mount.mountPath().equals(ACCOUNT)) {
                Volume volume = volume(pod, mount);
                return Optional.of(fresh.of(volume, place(pod, volume)).source().toAbsolutePath());
            }
        }
        return Optional.empty();
    }

    /** What to say of the first volume that holds more than it may. */
    public Optional<String> excess(Pod pod) throws IOException, VolumeException {
        for (Volume volume : used(pod)) {
            Optional<String> excess = fresh.of(volume, place(pod, volume)).excess();
            if (excess.isPresent()) {
                return excess;
            }
        }
        return Optional.empty();
    }

    /**
     * Removes a pod's volumes; none of its containers may be left. What is not the pod's own, such
     * as what a hostPath names, stays as it is.
     */
    public void release(String uid) throws IOException {
        tokens.forget(uid);
        PodTree.remove(config.directory().resolve(uid).resolve(PARTS));
        PodTree.remove(config.directory().resolve(uid).resolve(VOLUMES));
        PodTree.remove(memory.resolve(uid));
    }

    /** Removes all files of a pod, its volumes among them. */
    public void remove(String uid) throws IOException {
        release(uid);
        PodTree.remove(config.directory().resolve(uid));
    }

    /** The pods that have files here. */
    public Set<String> uids() throws IOException {
        Set<String> uids = new LinkedHashSet<>();
        for (Path path : List.of(config.directory(), memory)) {
            if (Files.isDirectory(path)) {
                try (Stream<Path> all = Files.list(path)) {
                    all.forEach(p -> uids.add(p.getFileName().toString()));
                }
            }
        }
        return uids;
    }

    /** Lets go of all that was mounted for pods; none may be left. */
    public static void unmountAll(Path directory) throws IOException {
        for (Path path : List.of(directory, memory(directory))) {
            if (Files.isDirectory(path)) {
                PodTree.unmount(path);
            }
        }
    }

    /** Volumes that nobody mounts are not needed, as in Kubernetes. */
    private static List<Volume> used(Pod pod) {
        Set<String> names = new LinkedHashSet<>();
        Stream.concat(pod.spec().initContainers().stream(), pod.spec().containers().stream())
                .flatMap(c -> c.volumeMounts().stream())
                .forEach(m -> names.add(m.name()));
        return pod.spec().volumes().stream().filter(v -> names.contains(v.name())).toList();
    }

    private static Volume volume(Pod pod, VolumeMount mount) throws VolumeException {
        return pod.spec().volumes().stream()
                .filter(v -> v.name().equals(mount.name()))
                .findFirst()
                .orElseThrow(() ->
                        new VolumeException(
                                "the pod has no volume \"%s\"".formatted(mount.name())));
    }

    /** Better no container than one that misses its files without a word. */
    private void refuseWithoutMounts(Pod pod, Volume volume) throws VolumeException {
        boolean elsewhere =
                Stream.concat(
                                pod.spec().initContainers().stream(),
                                pod.spec().containers().stream())
                        .flatMap(c -> c.volumeMounts().stream())
                        .anyMatch(m ->
                                m.name().equals(volume.name()) && !m.mountPath().equals(ACCOUNT));
        if (!config.mounts() && elsewhere) {
            throw new VolumeException(
                    "containers of this node see the machine's own files, for its users may not make"
                            + " user namespaces: run the worker as root, or with --runtime docker");
        }
    }

    private Place place(Pod pod, Volume volume) {
        Path disk = config.directory().resolve(pod.uid()).resolve(VOLUMES).resolve(volume.name());
        return new Place(
                pod,
                disk,
                config.root() ? memory.resolve(pod.uid()).resolve(volume.name()) : disk,
                config.root());
    }

    /** One file system in memory for all pods of the node. */
    private synchronized void ensureMemory() throws IOException {
        if (config.root()) {
            Files.createDirectories(memory);
            if (!MountTable.now().holds(memory)) {
                Filesystems.mountTmpfs(memory, "mode=0711");
            }
        }
    }

    private interface Step {
        void run() throws IOException, VolumeException;
    }

    private static void attempting(Volume volume, Step step) throws VolumeException {
        try {
            step.run();
        } catch (VolumeException | ApiException | TransportException | IOException e) {
            throw new VolumeException(
                    "MountVolume.SetUp failed for volume \"%s\" : %s"
                            .formatted(volume.name(), words(e)),
                    e);
        }
    }

    /** The message of a file's failure is but the file. */
    private static String words(Exception e) {
        return e instanceof FileSystemException
                ? e.getClass().getSimpleName() + ": " + e.getMessage()
                : String.valueOf(e.getMessage());
    }
}
