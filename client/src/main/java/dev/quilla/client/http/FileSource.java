package dev.quilla.client.http;

import dev.quilla.pki.PkiException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something read from files, read again whenever one of them was replaced; asking costs a look at
 * their times. A replacement that can't be read is ignored as long as there is something older.
 * Thread-safe.
 */
final class FileSource<T> implements Supplier<T> {

    private final List<Path> files;
    private final Reader<T> reader;
    private @Nullable Version<T> current;

    interface Reader<T> {
        T read() throws IOException;
    }

    private record Version<T>(List<FileTime> times, T value) {}

    FileSource(List<Path> files, Reader<T> reader) {
        this.files = List.copyOf(files);
        this.reader = reader;
    }

    @Override
    public synchronized T get() {
        Version<T> known = current;
        try {
            List<FileTime> times = times();
            if (known == null || !known.times().equals(times)) {
                known = new Version<>(times, reader.read());
                current = known;
            }
        } catch (IOException e) {
            if (known == null) {
                throw new UncheckedIOException(e);
            }
        } catch (PkiException e) {
            if (known == null) {
                throw e;
            }
        }
        return known.value();
    }

    private List<FileTime> times() throws IOException {
        List<FileTime> times = new ArrayList<>();
        for (Path file : files) {
            times.add(Files.getLastModifiedTime(file));
        }
        return times;
    }
}
