package dev.quilla.client.http;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request's content while it comes, beside the thread that reads the answer: a server may
 * answer before it has heard all. Waits for the server while that does not read.
 */
final class Upload {

    private static final int PIECE_BYTES = 16 << 10;
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = {};

    private final HttpConnection connection;
    private final RequestContent.Streamed content;
    private final Thread thread;
    private volatile boolean complete;
    private volatile @Nullable IOException unread;
    private volatile @Nullable IOException unsent;

    private Upload(HttpConnection connection, RequestContent.Streamed content) {
        this.connection = connection;
        this.content = content;
        this.thread = Thread.ofVirtual().name("upload").unstarted(this::run);
    }

    /** Begins to send. */
    static Upload start(HttpConnection connection, RequestContent.Streamed content) {
        Upload upload = new Upload(connection, content);
        upload.thread.start();
        return upload;
    }

    private void run() {
        try {
            byte[] piece = new byte[PIECE_BYTES];
            long sent = 0;
            for (int count = read(piece, sent); count >= 0; count = read(piece, sent)) {
                send(piece, count);
                sent += count;
            }
            if (content.length().isEmpty()) {
                connection.send(LAST_CHUNK, NOTHING);
            }
            complete = true;
        } catch (IOException e) {
            if (unread == null) {
                // The server has hung up. Whether it said why, the reader of its answer learns.
                unsent = e;
            } else {
                // It must not take a part for the whole, nor wait for the rest.
                connection.close();
            }
        }
    }

    private int read(byte[] piece, long sent) throws IOException {
        try {
            int count = content.in().read(piece);
            if (count < 0 && sent < content.length().orElse(sent)) {
                throw new EOFException("the request's body is shorter than announced");
            }
            return count;
        } catch (IOException e) {
            unread = e;
            throw e;
        }
    }

    private void send(byte[] piece, int count) throws IOException {
        if (content.length().isPresent()) {
            connection.send(NOTHING, Arrays.copyOf(piece, count));
        } else if (count > 0) {
            byte[] chunk = Arrays.copyOf(piece, count + 2);
            chunk[count] = '\r';
            chunk[count + 1] = '\n';
            byte[] size = (Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            connection.send(size, chunk);
        }
    }

    /** Whether all was sent, so that the connection can serve another call. */
    boolean complete() {
        return complete;
    }

    /** Why the content could not be read, if it could not. */
    Optional<IOException> unread() {
        return Optional.ofNullable(unread);
    }

    /** Why the content could not be sent, if it could not. */
    Optional<IOException> unsent() {
        return Optional.ofNullable(unsent);
    }

    /** Wakes it where it waits for what is to be sent; it ends soon. */
    void stop() {
        thread.interrupt();
    }

    /**
     * Ends it: nothing is read any more once this returns. The connection of one that is not
     * complete must be closed before, since that wakes it where it waits for the server.
     */
    void end() {
        if (complete) {
            return;
        }
        stop();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
