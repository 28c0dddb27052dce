package dev.quilla.kubelet.runtime.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * A log as one long text, of which the beginning may be gone: it is kept in files of equal size.
 *
 * @param directory the container's
 * @param first number of the oldest file
 * @param last number of the newest, -1 if there is none
 */
record LogPieces(Path directory, long first, long last) {

    /** The size of every file but the last; the shim cuts there. */
    static final long PIECE_BYTES = 10 << 20;

    private static final String PREFIX = "log.";

    static LogPieces of(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            long[] numbers =
                    all.map(f -> f.getFileName().toString())
                            .filter(n -> n.startsWith(PREFIX))
                            .map(n -> n.substring(PREFIX.length()))
                            .filter(n -> n.chars().allMatch(Character::isDigit))
                            .mapToLong(Long::parseLong)
                            .sorted()
                            .toArray();
            return numbers.length == 0
                    ? new LogPieces(directory, 0, -1)
                    : new LogPieces(directory, numbers[0], numbers[numbers.length - 1]);
        } catch (NoSuchFileException _) {
            return new LogPieces(directory, 0, -1);
        }
    }

    long begin() {
        return first * PIECE_BYTES;
    }

    long end() throws IOException {
        if (last < 0) {
            return 0;
        }
        return last * PIECE_BYTES + Files.size(directory.resolve(PREFIX + last));
    }

    /** Reads at an offset; 0 bytes where nothing is yet. Parts that are gone are passed over. */
    Read read(long offset, int max) throws IOException {
        long from = Math.max(offset, begin());
        Path file = directory.resolve(PREFIX + from / PIECE_BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate(max);
            int count = channel.read(buffer, from % PIECE_BYTES);
            byte[] bytes = new byte[Math.max(0, count)];
            buffer.flip().get(bytes);
            return new Read(from, bytes);
        } catch (NoSuchFileException _) {
            return new Read(from, new byte[0]);
        }
    }

    /** What was read, and where it begins. */
    @SuppressWarnings("ArrayRecordComponent")
    record Read(long offset, byte[] bytes) {}
}
