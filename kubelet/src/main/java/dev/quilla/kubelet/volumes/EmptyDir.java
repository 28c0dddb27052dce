package dev.quilla.kubelet.volumes;

import dev.quilla.kubelet.runtime.libc.Filesystems;
import dev.quilla.model.Quantity;
import dev.quilla.model.core.v1.EmptyDirVolumeSource;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** A directory that is empty at first and lives as long as its pod, on disk or in memory. */
final class EmptyDir implements PodVolume {

    private static final int OPEN_TO_ALL = 0777;

    private final String name;
    private final EmptyDirVolumeSource spec;
    private final Place place;

    EmptyDir(String name, EmptyDirVolumeSource spec, Place place) throws VolumeException {
        if (!spec.medium().isEmpty() && !spec.medium().equals("Memory")) {
            throw new VolumeException(
                    "Quilla has no emptyDir of medium \"%s\": leave it out or use Memory"
                            .formatted(spec.medium()));
        }
        this.name = name;
        this.spec = spec;
        this.place = place;
    }

    @Override
    public void prepare() throws IOException {
        boolean fresh = !Files.exists(place.disk());
        Files.createDirectories(place.disk());
        if (inMemory() && !MountTable.now().holds(place.disk())) {
            Filesystems.mountTmpfs(place.disk(), options());
            fresh = true;
        }
        if (fresh) {
            place.ownership().directory(place.disk(), OPEN_TO_ALL);
        }
    }

    private boolean inMemory() {
        return place.root() && spec.medium().equals("Memory");
    }

    private String options() {
        long limit = limit();
        return limit > 0 ? "mode=0777,size=" + limit : "mode=0777";
    }

    private long limit() {
        return spec.sizeLimit().map(Quantity::value).orElse(0L);
    }

    @Override
    public Path source() {
        return place.disk();
    }

    @Override
    public boolean isThere() {
        return Files.exists(place.disk());
    }

    /** In memory the kernel refuses what is too much; on disk it is counted now and then. */
    @Override
    public Optional<String> excess() throws IOException {
        if (limit() == 0 || inMemory() || !Files.exists(place.disk()) || used() <= limit()) {
            return Optional.empty();
        }
        return Optional.of(
                "Usage of EmptyDir volume \"%s\" exceeds the limit \"%s\". "
                        .formatted(name, spec.sizeLimit().orElseThrow()));
    }

    private long used() throws IOException {
        AtomicLong bytes = new AtomicLong();
        Files.walkFileTree(
                place.disk(),
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        bytes.addAndGet(attributes.isRegularFile() ? attributes.size() : 0);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e)
                            throws IOException {
                        if (e instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw e;
                    }
                });
        return bytes.get();
    }
}
