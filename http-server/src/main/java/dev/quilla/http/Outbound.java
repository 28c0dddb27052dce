package dev.quilla.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a channel from a thread that can wait: it runs ahead of the other side by a bounded
 * number of bytes only. Thread-safe.
 */
final class Outbound {

    private static final int AHEAD_BYTES_MAX = 256 << 10;

    private final Channel channel;
    private final Duration patience;
    private int aheadBytes;
    private @Nullable Throwable failure;

    /**
     * Writes to a channel.
     *
     * @param patience how long the other side may read nothing before the channel is closed
     */
    Outbound(Channel channel, Duration patience) {
        this.channel = channel;
        this.patience = patience;
    }

    /**
     * Sends a message; waits until there is room for it.
     *
     * @param bytes its size, for the accounts
     * @throws IOException if the other side is gone or does not read
     */
    void send(Object message, int bytes) throws IOException {
        reserve(bytes);
        ChannelFuture sent = channel.writeAndFlush(message);
        sent.addListener(f -> settle(bytes, f.cause()));
    }

    /** Nothing can be sent any more. */
    void fail(Throwable why) {
        settle(0, why);
    }

    private synchronized void reserve(int bytes) throws IOException {
        while (failure == null && aheadBytes > AHEAD_BYTES_MAX) {
            awaitLess(aheadBytes);
        }
        if (failure != null) {
            throw new IOException("the client is gone", failure);
        }
        aheadBytes += bytes;
    }

    /** Any progress gives the other side all patience again. */
    private synchronized void awaitLess(int before) throws IOException {
        long start = System.nanoTime();
        while (failure == null && aheadBytes >= before) {
            long left = patience.toMillis() - (System.nanoTime() - start) / 1_000_000;
            if (left <= 0) {
                channel.close();
                throw new IOException("the client does not read");
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while the client does not read");
            }
        }
    }

    private synchronized void settle(int bytes, @Nullable Throwable problem) {
        aheadBytes -= bytes;
        if (problem != null && failure == null) {
            failure = problem;
        }
        notifyAll();
    }
}
