package dev.quilla.kubelet.runtime.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Small files that are written whole or not at all. */
final class Records {

    /** How the names of directories begin that are being removed. */
    private static final String REMOVED = ".";

    private Records() {}

    static void write(Path file, String text) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    static void writeMap(Path file, Map<String, String> values) throws IOException {
        Properties properties = new Properties();
        properties.putAll(values);
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (var out = Files.newBufferedWriter(fresh)) {
            properties.store(out, null);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Empty if the file is not there. */
    static Optional<Map<String, String>> readMap(Path file) {
        try (var in = Files.newBufferedReader(file)) {
            Properties properties = new Properties();
            properties.load(in);
            Map<String, String> values = new HashMap<>();
            properties.stringPropertyNames().forEach(k -> values.put(k, properties.getProperty(k)));
            return Optional.of(values);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty if the file is not there. */
    static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            throw new UncheckedIOException(e);
        }
    }

    static Instant writtenAt(Path file) {
        try {
            return Files.getLastModifiedTime(file).toInstant();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The directories in one, without those being removed; none if it is not there itself. */
    static List<Path> directories(Path parent) {
        return directories(parent, d -> !isRemoved(d));
    }

    private static List<Path> directories(Path parent, Predicate<Path> which) {
        try (Stream<Path> all = Files.list(parent)) {
            return all.filter(Files::isDirectory).filter(which).sorted().toList();
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Labels, with a prefix that keeps them apart from other values. */
    static Map<String, String> prefixed(String prefix, Map<String, String> labels) {
        Map<String, String> all = new TreeMap<>();
        labels.forEach((k, v) -> all.put(prefix + k, v));
        return all;
    }

    static Map<String, String> unprefixed(String prefix, Map<String, String> values) {
        Map<String, String> all = new TreeMap<>();
        values.forEach((k, v) -> {
            if (k.startsWith(prefix)) {
                all.put(k.substring(prefix.length()), v);
            }
        });
        return all;
    }

    /**
     * Removes a directory at once for whoever looks for it, and its content after that: others may
     * still be writing by its path, and find nothing to write into then.
     */
    static void remove(Path directory) {
        Path removed = directory.resolveSibling(REMOVED + directory.getFileName());
        try {
            deleteTree(removed);
            if (Files.exists(directory)) {
                Files.move(directory, removed, StandardCopyOption.ATOMIC_MOVE);
                try {
                    deleteTree(removed);
                } catch (DirectoryNotEmptyException _) {
                    // By a call that had found the directory before it was moved; none follows.
                    deleteTree(removed);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the removals in a directory that somebody who is gone has begun. */
    static void endRemovals(Path parent) throws IOException {
        for (Path removed : directories(parent, Records::isRemoved)) {
            deleteTree(removed);
        }
    }

    private static boolean isRemoved(Path directory) {
        return directory.getFileName().toString().startsWith(REMOVED);
    }

    private static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
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
