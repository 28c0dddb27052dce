package dev.quilla.kubelet.pods;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Where a pod's files are: one directory a pod, one in it for each attempt of each container.
 *
 * @param root the pod's own directory
 */
record PodDirectory(Path root) {

    Path ip() {
        return root.resolve("ip");
    }

    Path attempt(String container, int attempt) {
        return root.resolve("containers").resolve(container).resolve(Integer.toString(attempt));
    }

    /** The last attempt to run a container; empty before the first. */
    OptionalInt lastAttempt(String container) throws IOException {
        Path folder = root.resolve("containers").resolve(container);
        if (!Files.isDirectory(folder)) {
            return OptionalInt.empty();
        }
        try (Stream<Path> attempts = Files.list(folder)) {
            return attempts.mapToInt(a -> Integer.parseInt(a.getFileName().toString())).max();
        }
    }

    List<String> containers() throws IOException {
        Path folder = root.resolve("containers");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(p -> p.getFileName().toString()).toList();
        }
    }

    void delete() throws IOException {
        if (!Files.isDirectory(root)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> all = Files.walk(root)) {
            files = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}
