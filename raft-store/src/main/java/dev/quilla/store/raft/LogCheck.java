package dev.quilla.store.raft;

import dev.quilla.store.DamagedException;
import java.io.IOException;
import java.io.Reader;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through a member's log before Raft reads it: nothing that was acknowledged may be missing,
 * and a write that was cut off, which never was, is taken away.
 */
final class LogCheck {

    private static final Logger LOG = LoggerFactory.getLogger(LogCheck.class);

    /** A file that is full says with which entries it begins and ends. */
    private static final Pattern CLOSED = Pattern.compile("log_(\\d+)-(\\d+)");

    private LogCheck() {}

    /**
     * Looks through the directory of a log.
     *
     * @throws DamagedException if anything is missing, or is not what was written
     */
    static void of(Path group) throws IOException {
        long lastTerm = 0;
        for (LogSegmentPath segment : segments(group.resolve("current"))) {
            LogSegmentFile file = verify(segment);
            if (file.isTorn()) {
                LOG.warn("{}: the last write was cut off before it was acknowledged", segment);
                cut(segment.getPath(), file.end());
            }
            lastTerm = Math.max(lastTerm, file.lastTerm());
        }
        checkVote(group.resolve("current").resolve("raft-meta"), lastTerm);
        new VoteSeal(group).check();
    }

    /** The files of a log, in its order. */
    static List<LogSegmentPath> segments(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.<@Nullable LogSegmentPath>map(LogSegmentPath::matchLogSegment)
                    .filter(Objects::nonNull)
                    .sorted(Comparator.comparing(LogSegmentPath::getStartEnd))
                    .toList();
        }
    }

    /**
     * Reads a file of the log.
     *
     * @throws DamagedException if an entry is missing in it that may have been acknowledged
     */
    static LogSegmentFile verify(LogSegmentPath segment) throws IOException {
        LogSegmentFile file = LogSegmentFile.read(segment.getPath());
        Matcher closed = CLOSED.matcher(segment.getPath().getFileName().toString());
        boolean whole =
                closed.matches()
                        ? file.entries() > number(closed, 2) - number(closed, 1)
                        : file.isClean() || file.isTorn();
        if (!whole) {
            throw new DamagedException(
                    "the log in %s is damaged at byte %d, after %d entries"
                            .formatted(segment.getPath(), file.end(), file.entries()));
        }
        return file;
    }

    private static long number(Matcher name, int group) {
        return Long.parseLong(name.group(group));
    }

    private static void cut(Path file, int length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(length);
            channel.force(true);
        }
    }

    /** What shows without a checksum is that it can't be read, or is older than the log. */
    private static void checkVote(Path file, long lastTerm) throws IOException {
        if (!Files.exists(file)) {
            if (lastTerm > 0) {
                throw new DamagedException(file + ", which says for whom it voted, is missing");
            }
            return;
        }
        Properties lines = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            lines.load(reader);
            if (Long.parseLong(lines.getProperty("term", "")) >= lastTerm
                    && lines.containsKey("votedFor")) {
                return;
            }
        } catch (IllegalArgumentException | java.nio.charset.CharacterCodingException e) {
            LOG.debug("{} can't be read", file, e);
        }
        throw new DamagedException(file + ", which says for whom this member voted, is damaged");
    }
}
