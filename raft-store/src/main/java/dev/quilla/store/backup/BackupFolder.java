package dev.quilla.store.backup;

import dev.quilla.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The backups of a directory. */
public final class BackupFolder {

    /** What the names of backups end with that are made by schedule. */
    public static final String SUFFIX = ".backup";

    private BackupFolder() {}

    /**
     * One file.
     *
     * @param time when it was made, as far as that is known
     * @param info what it holds; empty if it is damaged
     * @param damage what is wrong with it; empty if nothing is
     */
    public record Listed(Path file, Instant time, Optional<BackupInfo> info, String damage) {}

    /**
     * Reads every backup of a directory whole; the newest comes first. Damaged ones, and those that
     * were not finished, are among them.
     *
     * @throws IOException if the directory can't be read
     */
    public static List<Listed> list(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        List<Listed> listed = new ArrayList<>();
        for (Path file : files) {
            if (isBackup(file)) {
                listed.add(look(file));
            }
        }
        listed.sort(
                Comparator.comparing(Listed::time)
                        .reversed()
                        .thenComparing(l -> l.file().toString()));
        return listed;
    }

    private static boolean isBackup(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (name.endsWith(SUFFIX) || name.endsWith(SUFFIX + NewFile.UNFINISHED)) {
            return true;
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(Block.MAGIC.length());
            return new String(start, StandardCharsets.US_ASCII).equals(Block.MAGIC);
        }
    }

    private static Listed look(Path file) throws IOException {
        Instant written = Files.getLastModifiedTime(file).toInstant();
        if (file.toString().endsWith(NewFile.UNFINISHED)) {
            return new Listed(file, written, Optional.empty(), "it was not finished");
        }
        try {
            BackupInfo info = Backups.verify(file);
            return new Listed(file, info.origin().time(), Optional.of(info), "");
        } catch (StoreException e) {
            return new Listed(file, written, Optional.empty(), e.getMessage());
        }
    }
}
