package dev.quilla.store.raft;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A new file that goes to disk while it is written, bit by bit: one that went there all at once
 * would keep the log, on the same disk, from being forced for as long. For one thread.
 */
final class SteadyFile extends OutputStream {

    private static final int BYTES_BETWEEN_FORCES = 4 << 20;

    private final FileChannel channel;
    private int unforced;

    /** Takes the place of a file of this name, which an attempt before may have left. */
    SteadyFile(Path file) throws IOException {
        channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes, offset, length);
        while (left.hasRemaining()) {
            unforced += channel.write(left);
        }
        if (unforced >= BYTES_BETWEEN_FORCES) {
            force();
        }
    }

    /** Returns when everything is on disk. */
    void force() throws IOException {
        channel.force(false);
        unforced = 0;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
