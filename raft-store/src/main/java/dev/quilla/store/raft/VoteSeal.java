package dev.quilla.store.raft;

import dev.quilla.store.DamagedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A checksum of the file in which Ratis keeps a member's vote, which has none. It is written beside
 * that file once it has stayed as it is for a moment, and only speaks of a file of that time: a
 * vote that was given just before the process was killed is not judged, and never taken for damage.
 * For one thread.
 */
final class VoteSeal {

    private static final Logger LOG = LoggerFactory.getLogger(VoteSeal.class);

    /** Longer than two writes can lie apart and have the same time. */
    private static final Duration SETTLED = Duration.ofSeconds(1);

    private final Path vote;
    private final Path seal;
    private FileTime sealed = FileTime.from(Instant.MIN);

    /**
     * Writes nothing yet.
     *
     * @param group the directory of a member's log
     */
    VoteSeal(Path group) {
        this.vote = group.resolve("current").resolve("raft-meta");
        this.seal = group.resolve("vote.sum");
    }

    /** Writes the checksum, where it is time; on a full disk it is written later. */
    void look(Instant now) {
        try {
            FileTime written = Files.getLastModifiedTime(vote);
            if (written.equals(sealed) || written.toInstant().plus(SETTLED).isAfter(now)) {
                return;
            }
            String line = line(written);
            if (Files.getLastModifiedTime(vote).equals(written)) {
                write(line);
                sealed = written;
            }
        } catch (NoSuchFileException e) {
            LOG.debug("nobody has voted yet");
        } catch (IOException e) {
            LOG.debug("the checksum of {} is written later", vote, e);
        }
    }

    /** A disk or a copy may keep no more of a time than its milliseconds. */
    private String line(FileTime written) throws IOException {
        CRC32C sum = new CRC32C();
        sum.update(Files.readAllBytes(vote));
        return written.toMillis() + " " + Long.toHexString(sum.getValue()) + "\n";
    }

    private void write(String line) throws IOException {
        Path fresh = seal.resolveSibling(seal.getFileName() + ".new");
        Files.writeString(fresh, line);
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(fresh, seal, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Compares a vote with its checksum, if that is of the same time.
     *
     * @throws DamagedException if it is not what was written
     */
    void check() throws IOException {
        if (!Files.exists(seal) || !Files.exists(vote)) {
            return;
        }
        FileTime written = Files.getLastModifiedTime(vote);
        String kept = Files.readString(seal);
        if (kept.startsWith(written.toMillis() + " ") && !kept.equals(line(written))) {
            throw new DamagedException(
                    vote + ", which says for whom this member voted, is not what was written");
        }
    }
}
