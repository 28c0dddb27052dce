package dev.quilla.store.raft;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Damaged data that was put aside, where a person can look at it: the last few times' only. */
final class Aside {

    private static final String PREFIX = "damaged-";
    private static final String WHY = "why";

    /** How many are kept; with the next one the oldest goes. */
    private static final int KEPT_MAX = 2;

    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    private static final Pattern GROUP =
            Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private Aside() {}

    /**
     * Puts all logs of a member aside, and gives it an identity for a new one. Interrupted halfway,
     * there is no log, which counts as lost too.
     *
     * @return where it is now
     */
    static Path put(Path dataDir, Identity next, String why, Instant now) throws IOException {
        Path aside = Files.createDirectory(dataDir.resolve(PREFIX + NAME.format(now)));
        Files.writeString(aside.resolve(WHY), why + "\n");
        for (Path group : logs(dataDir)) {
            Files.move(group, aside.resolve(group.getFileName()));
        }
        force(dataDir);
        next.write(dataDir);
        force(dataDir);
        DataDirectory.acquit(dataDir);
        forgetOldest(dataDir);
        return aside;
    }

    /** What was put aside last, for a person; empty if nothing is there. */
    static Optional<String> note(Path dataDir) throws IOException {
        List<Path> kept = kept(dataDir);
        if (kept.isEmpty() || !Files.exists(kept.getLast().resolve(WHY))) {
            return Optional.empty();
        }
        String why = Files.readString(kept.getLast().resolve(WHY)).strip();
        return Optional.of(
                "filled anew from the other members, because %s; what was left is in %s until you delete it"
                        .formatted(why, kept.getLast()));
    }

    /** The directories of logs that a member has; more than one after a recovery. */
    static List<Path> logs(Path dataDir) throws IOException {
        return list(dataDir, GROUP);
    }

    private static List<Path> kept(Path dataDir) throws IOException {
        return list(dataDir, Pattern.compile(PREFIX + ".*"));
    }

    private static List<Path> list(Path folder, Pattern name) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> name.matcher(f.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
    }

    private static void forgetOldest(Path dataDir) throws IOException {
        List<Path> kept = kept(dataDir);
        for (Path old : kept.subList(0, Math.max(0, kept.size() - KEPT_MAX))) {
            try (Stream<Path> files = Files.walk(old)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
