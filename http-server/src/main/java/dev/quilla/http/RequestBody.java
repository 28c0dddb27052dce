package dev.quilla.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as it comes. Whoever reads asks for more, so that at most a few pieces are here
 * at a time. Filled by the connection's I/O thread, read by another.
 */
final class RequestBody extends InputStream {

    /** Asks the connection for the next piece; may be called by any thread. */
    interface Source {
        void more();
    }

    /** The next piece did not come in time. */
    static final class SlowException extends IOException {

        private static final long serialVersionUID = 1L;

        SlowException() {
            super("the request's body does not come");
        }
    }

    private static final int PIECE_BYTES = 16 << 10;

    /** How slow a body may be that is read as a whole, once the patience for a piece is over. */
    private static final int BYTES_PER_SECOND_MIN = 1 << 10;

    private final Source source;
    private final Duration patience;
    private final Duration pauseMax;
    private final Deque<byte[]> pieces = new ArrayDeque<>();
    private int position;
    private boolean ended;
    private @Nullable IOException failure;

    /**
     * A body that comes from there.
     *
     * @param patience for the next piece where it is read as a whole
     * @param pauseMax for the next piece where it is read while it comes
     */
    RequestBody(Source source, Duration patience, Duration pauseMax) {
        this.source = source;
        this.patience = patience;
        this.pauseMax = pauseMax;
    }

    synchronized void add(byte[] piece) {
        if (piece.length > 0) {
            pieces.add(piece);
            notifyAll();
        }
    }

    synchronized void end() {
        ended = true;
        notifyAll();
    }

    synchronized void fail(IOException why) {
        if (!ended && failure == null) {
            failure = why;
            notifyAll();
        }
    }

    /** Whether a reader waits or will wait for another piece. */
    synchronized boolean ended() {
        return ended;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        return read(into, offset, length, pauseMax);
    }

    private synchronized int read(byte[] into, int offset, int length, Duration atMost)
            throws IOException {
        if (length == 0) {
            return 0;
        }
        byte[] first = await(atMost);
        if (first == null) {
            return -1;
        }
        int count = Math.min(length, first.length - position);
        System.arraycopy(first, position, into, offset, count);
        position += count;
        if (position == first.length) {
            pieces.removeFirst();
            position = 0;
        }
        return count;
    }

    /** All of it. Somebody waits for the end, so a byte now and then is not enough. */
    byte[] readAll(int atMost) throws IOException {
        long start = System.nanoTime();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] piece = new byte[PIECE_BYTES];
        while (true) {
            int count = read(piece, 0, piece.length, patience);
            if (count < 0) {
                return all.toByteArray();
            }
            all.write(piece, 0, count);
            if (all.size() > atMost) {
                throw new BodyTooLargeException(atMost);
            }
            long seconds = patience.toSeconds() + all.size() / BYTES_PER_SECOND_MIN;
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(seconds)) {
                throw new SlowException();
            }
        }
    }

    private byte @Nullable [] await(Duration atMost) throws IOException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (pieces.isEmpty() && !ended && failure == null) {
            source.more();
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new SlowException();
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while reading a request");
            }
        }
        if (pieces.isEmpty() && failure != null) {
            throw failure;
        }
        return pieces.peekFirst();
    }
}
