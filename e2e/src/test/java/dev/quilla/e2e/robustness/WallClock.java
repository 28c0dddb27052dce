package dev.quilla.e2e.robustness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The wall clock of one process, made to jump while it runs, by {@code wallclock.c}. Its monotonic
 * clock goes on as it is: a time namespace could only shift one as a whole before a process starts,
 * which no program can tell, and nothing can change its pace. Needs a C compiler.
 */
final class WallClock {

    private static final String SOURCE = "wallclock.c";

    private final Path seconds;
    private final Path library;

    WallClock(Path folder) throws IOException {
        seconds = folder.resolve("wallclock");
        library = folder.resolve("wallclock.so");
        Path source = folder.resolve(SOURCE);
        try (InputStream text =
                Objects.requireNonNull(WallClock.class.getResourceAsStream(SOURCE))) {
            Files.copy(text, source);
        }
        Host.run(
                List.of(
                        "cc",
                        "-shared",
                        "-fPIC",
                        "-O2",
                        "-o",
                        library.toString(),
                        source + "",
                        "-ldl"));
        set(Duration.ZERO);
    }

    /** Makes it differ so much from this machine's. */
    void set(Duration ahead) {
        byte[] bytes =
                ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .putLong(ahead.toSeconds())
                        .array();
        try (var file = new java.io.RandomAccessFile(seconds.toFile(), "rw")) {
            file.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a process that has this clock finds in its environment. */
    Map<String, String> environment() {
        return Map.of("LD_PRELOAD", library.toString(), "WALL_CLOCK", seconds.toString());
    }
}
