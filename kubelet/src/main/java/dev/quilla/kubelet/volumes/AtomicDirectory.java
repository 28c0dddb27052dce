package dev.quilla.kubelet.volumes;

import dev.quilla.model.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A directory whose files change all at once: readers see the old ones or the new ones. The files
 * are in a directory named by the time; {@code ..data} is a link to it that is replaced in one
 * step, and what readers open are links through {@code ..data}. A reader who watches for changes
 * watches {@code ..data}, as in Kubernetes.
 */
final class AtomicDirectory {

    private static final String DATA = "..data";
    private static final String FRESH = "..data_tmp";
    private static final String HIDDEN = "..";
    private static final int DIRECTORY_MODE = 0755;
    private static final int PERMISSIONS = 0777;
    private static final int PATH_MAX = 4096;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("'..'yyyy_MM_dd_HH_mm_ss.").withZone(ZoneOffset.UTC);

    private final Path path;
    private final Ownership ownership;
    private final InstantSource clock;

    AtomicDirectory(Path path, Ownership ownership, InstantSource clock) {
        this.path = path;
        this.ownership = ownership;
        this.clock = clock;
    }

    Path path() {
        return path;
    }

    /** Whether it was written wholly at least once. */
    boolean isWritten() {
        return Files.exists(path.resolve(DATA));
    }

    /**
     * Makes these its files; nothing is touched if it has them already.
     *
     * @throws VolumeException if a path would leave the directory; then nothing is written
     */
    void write(Map<String, VolumeFile> files) throws IOException, VolumeException {
        for (String file : files.keySet()) {
            check(file);
        }
        Files.createDirectories(path);
        ownership.directory(path, DIRECTORY_MODE);
        if (!isWritten() || !current().equals(wanted(files))) {
            replace(fill(files));
        }
        links(files.keySet().stream().map(AtomicDirectory::first).collect(Collectors.toSet()));
        removeOld();
    }

    /** Nothing outside the directory, and nothing that hides what makes the change atomic. */
    private static void check(String file) throws VolumeException {
        boolean bad =
                file.isEmpty()
                        || file.length() > PATH_MAX
                        || file.startsWith("/")
                        || file.startsWith(HIDDEN)
                        || file.indexOf('\0') >= 0
                        || Stream.of(file.split("/", -1))
                                .anyMatch(p -> p.isEmpty() || p.equals(".") || p.equals(".."));
        if (bad) {
            throw new VolumeException(
                    "\"%s\" is no path of a file in a volume".formatted(file.replace('\0', '?')));
        }
    }

    private static String first(String file) {
        return file.split("/", 2)[0];
    }

    private Map<String, VolumeFile> wanted(Map<String, VolumeFile> files) {
        Map<String, VolumeFile> wanted = new TreeMap<>();
        files.forEach((name, f) ->
                wanted.put(name, VolumeFile.of(f.content(), ownership.fileMode(f.mode()))));
        return wanted;
    }

    private Map<String, VolumeFile> current() throws IOException {
        Path data = path.resolve(DATA).toRealPath();
        Map<String, VolumeFile> found = new TreeMap<>();
        List<Path> all;
        try (Stream<Path> walk = Files.walk(data)) {
            all = walk.filter(Files::isRegularFile).toList();
        }
        for (Path file : all) {
            int mode = (int) Files.getAttribute(file, "unix:mode") & PERMISSIONS;
            found.put(
                    data.relativize(file).toString(),
                    VolumeFile.of(Bytes.wrap(Files.readAllBytes(file)), mode));
        }
        return found;
    }

    private Path fill(Map<String, VolumeFile> files) throws IOException {
        Path fresh = Files.createTempDirectory(path, TIME.format(clock.instant()));
        ownership.directory(fresh, DIRECTORY_MODE);
        for (Map.Entry<String, VolumeFile> entry : files.entrySet()) {
            write(fresh, Path.of(entry.getKey()), entry.getValue());
        }
        return fresh;
    }

    private void write(Path fresh, Path name, VolumeFile file) throws IOException {
        Path directory = fresh;
        for (int i = 0; i < name.getNameCount() - 1; i++) {
            directory = directory.resolve(name.getName(i));
            if (!Files.exists(directory)) {
                Files.createDirectory(directory);
                ownership.directory(directory, DIRECTORY_MODE);
            }
        }
        Path target = fresh.resolve(name);
        // Nobody else may read it before it has its mode.
        Files.createFile(target);
        Ownership.mode(target, 0600);
        Files.write(target, file.content().shared());
        if (file.user().isPresent()) {
            Files.setAttribute(target, "unix:uid", Math.toIntExact(file.user().getAsLong()));
        }
        ownership.file(target, file.mode());
    }

    private void replace(Path fresh) throws IOException {
        Path link = path.resolve(FRESH);
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, fresh.getFileName());
        Files.move(link, path.resolve(DATA), StandardCopyOption.ATOMIC_MOVE);
    }

    private void links(Set<String> names) throws IOException {
        for (String name : names) {
            Path link = path.resolve(name);
            if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(link, Path.of(DATA, name));
            }
        }
        for (Path entry : entries()) {
            String name = entry.getFileName().toString();
            if (!name.startsWith(HIDDEN) && !names.contains(name)) {
                Files.delete(entry);
            }
        }
    }

    private void removeOld() throws IOException {
        Path current = Files.readSymbolicLink(path.resolve(DATA));
        for (Path entry : entries()) {
            Path name = entry.getFileName();
            if (name.toString().startsWith(HIDDEN)
                    && !name.toString().equals(DATA)
                    && !name.equals(current)) {
                PodTree.remove(entry);
            }
        }
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> all = Files.list(path)) {
            return all.toList();
        }
    }
}
