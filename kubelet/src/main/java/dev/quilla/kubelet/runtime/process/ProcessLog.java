package dev.quilla.kubelet.runtime.process;

import dev.quilla.kubelet.runtime.LogEntry;
import dev.quilla.kubelet.runtime.LogOptions;
import dev.quilla.kubelet.runtime.LogStream;
import dev.quilla.kubelet.runtime.RunState;
import dev.quilla.model.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Reads a container's log line by line. */
final class ProcessLog implements LogStream {

    private static final int BLOCK = 64 << 10;
    private static final int LINE_MAX = 16 << 10;
    private static final Duration LOOK = Duration.ofMillis(100);

    private final ContainerFiles files;
    private final LogOptions options;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private LogMarks marks;
    private byte[] block = new byte[0];
    private int used;
    private long offset;
    private volatile boolean closed;

    private ProcessLog(ContainerFiles files, LogOptions options, long offset) throws IOException {
        this.files = files;
        this.options = options;
        this.offset = offset;
        this.marks = marks();
    }

    static ProcessLog open(ContainerFiles files, LogOptions options) throws IOException {
        LogPieces pieces = LogPieces.of(files.root());
        long start =
                options.tailLines().isPresent()
                        ? tail(pieces, options.tailLines().getAsLong())
                        : pieces.begin();
        return new ProcessLog(files, options, start);
    }

    private LogMarks marks() throws IOException {
        LogPieces pieces = LogPieces.of(files.root());
        Instant last =
                pieces.last() < 0
                        ? Instant.EPOCH
                        : Files.getLastModifiedTime(files.log(pieces.last())).toInstant();
        return LogMarks.read(files, last);
    }

    /** Where the last lines begin. */
    private static long tail(LogPieces pieces, long lines) throws IOException {
        long end = pieces.end();
        if (lines <= 0) {
            return end;
        }
        long found = 0;
        long at = end;
        while (at > pieces.begin()) {
            int size = (int) Math.min(BLOCK, at - pieces.begin());
            long from = at - size;
            // A block never crosses from one file to the next.
            if (from / LogPieces.PIECE_BYTES != (at - 1) / LogPieces.PIECE_BYTES) {
                from = (at - 1) / LogPieces.PIECE_BYTES * LogPieces.PIECE_BYTES;
                size = (int) (at - from);
            }
            byte[] bytes = pieces.read(from, size).bytes();
            for (int i = bytes.length - 1; i >= 0; i--) {
                if (bytes[i] == '\n' && from + i != end - 1 && ++found == lines) {
                    return from + i + 1;
                }
            }
            at = from;
        }
        return pieces.begin();
    }

    @Override
    public Optional<LogEntry> next() throws IOException {
        while (!closed) {
            while (used < block.length) {
                byte b = block[used++];
                offset++;
                line.write(b);
                if (b == '\n' || line.size() >= LINE_MAX) {
                    Optional<LogEntry> entry = entry();
                    if (entry.isPresent()) {
                        return entry;
                    }
                }
            }
            if (!more()) {
                return line.size() > 0 ? entry() : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** Empty if the line is too old. */
    private Optional<LogEntry> entry() {
        Instant time = marks.timeOf(offset);
        Bytes text = Bytes.wrap(line.toByteArray());
        line.reset();
        return options.since().filter(time::isBefore).isPresent()
                ? Optional.empty()
                : Optional.of(new LogEntry(time, false, text));
    }

    /** Fills the block; answers false at the end. */
    private boolean more() throws IOException {
        while (!closed) {
            // First whether it has ended, then what it has said.
            boolean ended = !(files.state() instanceof RunState.Running);
            LogPieces.Read read = LogPieces.of(files.root()).read(offset, BLOCK);
            if (read.bytes().length > 0) {
                offset = read.offset();
                block = read.bytes();
                used = 0;
                marks = marks();
                return true;
            }
            if (ended || !options.follow()) {
                return false;
            }
            try {
                Thread.sleep(LOOK);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    @Override
    public void close() {
        closed = true;
    }
}
