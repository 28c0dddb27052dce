package dev.quilla.apiserver.audit;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A file of lines that is put aside when it has grown too large: {@code audit.log} becomes {@code
 * audit-2030-01-02T03-04-05.000.log}. Only its owner may read it. Used by one thread at a time.
 */
public final class AuditFile implements AuditTarget {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss.SSS");

    /**
     * How large files get and which are kept.
     *
     * @param bytesMax a file that would be larger is put aside
     * @param backupsMax how many put aside are kept
     * @param ageMax how long; zero for ever
     */
    public record Rotation(long bytesMax, int backupsMax, Duration ageMax) {}

    private final Path path;
    private final Rotation rotation;
    private final InstantSource clock;
    private @Nullable OutputStream out;
    private long size;
    private Instant lastAside = Instant.EPOCH;

    private AuditFile(Path path, Rotation rotation, InstantSource clock) {
        this.path = path.toAbsolutePath();
        this.rotation = rotation;
        this.clock = clock;
    }

    /**
     * Opens a file, or makes it.
     *
     * @throws IOException if it can't be written
     */
    public static AuditFile open(Path path, Rotation rotation, InstantSource clock)
            throws IOException {
        AuditFile file = new AuditFile(path, rotation, clock);
        file.open();
        return file;
    }

    private void open() throws IOException {
        if (out != null) {
            return;
        }
        Files.createDirectories(folder());
        if (!Files.exists(path)) {
            Files.createFile(
                    path,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        }
        size = Files.size(path);
        out = new BufferedOutputStream(Files.newOutputStream(path, StandardOpenOption.APPEND));
    }

    @Override
    public void deliver(List<byte[]> events) throws IOException {
        for (byte[] line : events) {
            write(line);
        }
        if (out != null) {
            out.flush();
        }
    }

    private void write(byte[] line) throws IOException {
        if (size > 0 && size + line.length > rotation.bytesMax()) {
            putAside();
        }
        open();
        if (out != null) {
            out.write(line);
            size += line.length;
        }
    }

    private void putAside() throws IOException {
        close();
        Instant now = clock.instant();
        // Two within a millisecond: the later one gets a later name, for names tell the order.
        Instant named = now.isAfter(lastAside) ? now : lastAside.plusMillis(1);
        while (Files.exists(aside(named))) {
            named = named.plusMillis(1);
        }
        lastAside = named;
        Files.move(path, aside(named));
        prune(now);
    }

    private void prune(Instant now) throws IOException {
        List<Path> kept = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder())) {
            files.filter(f -> time(f).isPresent()).forEach(kept::add);
        }
        kept.sort(Comparator.comparing((Path f) -> time(f).orElseThrow()).reversed());
        for (int i = 0; i < kept.size(); i++) {
            boolean old =
                    !rotation.ageMax().isZero()
                            && time(kept.get(i))
                                    .orElseThrow()
                                    .isBefore(now.minus(rotation.ageMax()));
            if (i >= rotation.backupsMax() || old) {
                Files.deleteIfExists(kept.get(i));
            }
        }
    }

    private Path folder() {
        return path.resolveSibling(".").normalize();
    }

    private String stem() {
        String name = path.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    private String extension() {
        return path.getFileName().toString().substring(stem().length());
    }

    private Path aside(Instant time) {
        return path.resolveSibling(
                stem() + "-" + TIME.format(time.atOffset(ZoneOffset.UTC)) + extension());
    }

    /** When a file of ours was put aside; empty for all others. */
    private Optional<Instant> time(Path file) {
        String name = file.getFileName().toString();
        String start = stem() + "-";
        if (!name.startsWith(start)
                || !name.endsWith(extension())
                || name.length() < start.length() + extension().length()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    LocalDateTime.parse(
                                    name.substring(
                                            start.length(), name.length() - extension().length()),
                                    TIME)
                            .toInstant(ZoneOffset.UTC));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        OutputStream open = out;
        out = null;
        size = 0;
        if (open != null) {
            open.close();
        }
    }
}
