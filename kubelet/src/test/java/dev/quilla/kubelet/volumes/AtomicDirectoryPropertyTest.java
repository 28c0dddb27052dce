package dev.quilla.kubelet.volumes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.model.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class AtomicDirectoryPropertyTest {

    @Provide
    Arbitrary<Map<String, String>> files() {
        Arbitrary<String> names = Arbitraries.of("a", "b", "c-d", ".hidden", "e/f", "e/g", "e/h/i");
        return Arbitraries.maps(names, Arbitraries.strings().alpha().ofMaxLength(5)).ofMaxSize(5);
    }

    @Property(tries = 60)
    void afterAnyTwoWritesExactlyTheSecondFilesAreSeen(
            @ForAll("files") Map<String, String> first, @ForAll("files") Map<String, String> second)
            throws Exception {
        Path temporary = Files.createTempDirectory("atomic");
        try {
            AtomicDirectory directory =
                    new AtomicDirectory(
                            temporary.resolve("volume"), Ownership.WORKERS, () -> Instant.EPOCH);
            directory.write(volume(first));
            directory.write(volume(second));
            assertEquals(new TreeMap<>(second), seen(temporary.resolve("volume")));
        } finally {
            PodTree.remove(temporary);
        }
    }

    private static Map<String, VolumeFile> volume(Map<String, String> texts) {
        Map<String, VolumeFile> files = new TreeMap<>();
        texts.forEach((k, v) -> files.put(k, VolumeFile.of(Bytes.utf8(v), 0644)));
        return files;
    }

    private static Map<String, String> seen(Path volume) throws IOException {
        Map<String, String> seen = new TreeMap<>();
        try (var entries = Files.list(volume)) {
            for (Path entry : entries.toList()) {
                if (entry.getFileName().toString().startsWith("..")) {
                    continue;
                }
                try (var all = Files.walk(entry.toRealPath())) {
                    for (Path file : all.filter(Files::isRegularFile).toList()) {
                        Path below = entry.toRealPath().relativize(file);
                        Path name = entry.getFileName().resolve(below);
                        seen.put(
                                below.toString().isEmpty()
                                        ? entry.getFileName().toString()
                                        : name.toString(),
                                Files.readString(file));
                    }
                }
            }
        }
        return seen;
    }
}
