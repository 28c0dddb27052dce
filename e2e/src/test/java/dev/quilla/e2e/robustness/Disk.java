package dev.quilla.e2e.robustness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * A member's disk: a small file system of its own in a file, that can be full, stand still, or rot.
 * Needs root.
 */
final class Disk implements AutoCloseable {

    private static final String SIZE = "320M";
    private static final String FILLER = "filler";

    /** A byte that has rotten, and what it was. */
    record Rot(Path file, long at, int was) {}

    private final Path directory;

    /** Makes an empty one. */
    Disk(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        String image = directory.resolveSibling(directory.getFileName() + ".image").toString();
        Host.run(List.of("truncate", "-s", SIZE, image));
        Host.run(List.of("mkfs.ext4", "-q", "-m", "0", "-O", "^has_journal", image));
        Host.run(List.of("mount", "-o", "loop,noatime", image, directory.toString()));
    }

    /** Where the member's data is: not at the top, where the file system keeps something. */
    Path data() {
        return directory.resolve("data");
    }

    /** Leaves no room. */
    void fill() {
        // Up to the last byte, so that it ends with an error.
        Host.tryTo(
                List.of(
                        "dd",
                        "if=/dev/zero",
                        "of=" + directory.resolve(FILLER),
                        "bs=64k",
                        "conv=fdatasync"));
    }

    /** Ends {@link #fill}. */
    void empty() {
        Host.run(List.of("rm", directory.resolve(FILLER).toString()));
    }

    /** Lets every write wait. */
    void freeze() {
        Host.run(List.of("fsfreeze", "--freeze", directory.toString()));
    }

    /** Ends {@link #freeze}. */
    void thaw() {
        Host.run(List.of("fsfreeze", "--unfreeze", directory.toString()));
    }

    /** Changes a bit of a log segment or a snapshot, of those that hold something. */
    Rot rot(SplittableRandom random) {
        try (Stream<Path> all = Files.walk(data())) {
            List<Path> files =
                    all.filter(f ->
                                    f.getFileName()
                                            .toString()
                                            .matches("(log_|snapshot\\.)[0-9_a-z]*"))
                            .filter(f -> f.toFile().length() > 0)
                            .sorted()
                            .toList();
            Path file = files.get(random.nextInt(files.size()));
            long at = random.nextLong(Files.size(file));
            int was = read(file, at);
            write(file, at, was ^ (1 << random.nextInt(8)));
            return new Rot(file, at, was);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes it what it was, unless the file has been replaced since. */
    void mend(Rot rot) {
        if (Files.exists(rot.file())) {
            try {
                write(rot.file(), rot.at(), rot.was());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static int read(Path file, long at) throws IOException {
        try (var bytes = new java.io.RandomAccessFile(file.toFile(), "r")) {
            bytes.seek(at);
            return bytes.read();
        }
    }

    private static void write(Path file, long at, int value) throws IOException {
        try (var bytes = new java.io.RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            bytes.write(value);
        }
    }

    /** Lets go on, and so end, whoever waits for it. */
    void release() {
        Host.tryTo(List.of("fsfreeze", "--unfreeze", directory.toString()));
    }

    /** To be called when nothing uses it any more; the file stays, to be looked at. */
    @Override
    public void close() {
        Host.run(List.of("umount", directory.toString()));
    }
}
