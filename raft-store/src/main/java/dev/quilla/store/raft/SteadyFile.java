package dev.quilla.store.raft;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;

/**
 * A new file that goes to disk while it is written, bit by bit, and not as fast as it could: one
 * that went there all at once would keep the log, on the same disk, from being forced for as long,
 * and who writes without a rest keeps a processor from those who answer clients. For one thread.
 */
final class SteadyFile extends OutputStream {

    private static final int BYTES_BETWEEN_FORCES = 4 << 20;
    private static final int BYTES_BETWEEN_RESTS = 1 << 20;

    private final FileChannel channel;
    private int unforced;
    private int unrested;
    private long workingSince = System.nanoTime();

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
            channel.write(left);
        }
        unforced += length;
        unrested += length;
        if (unforced >= BYTES_BETWEEN_FORCES) {
            force();
        }
        if (unrested >= BYTES_BETWEEN_RESTS) {
            rest();
        }
    }

    /** For as long as it has worked, what its caller did for these bytes among it. */
    private void rest() {
        LockSupport.parkNanos(System.nanoTime() - workingSince);
        unrested = 0;
        workingSince = System.nanoTime();
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
