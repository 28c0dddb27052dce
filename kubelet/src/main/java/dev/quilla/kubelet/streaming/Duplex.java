package dev.quilla.kubelet.streaming;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * One stream in both directions, whatever carries it. One thread reads, one writes; both block.
 * Reading and writing fail with an {@link java.io.IOException} once the other side has given up.
 */
interface Duplex extends AutoCloseable {

    /** What the other side sends. */
    InputStream input();

    /** What the other side gets. Closing it is the end of it, while reading goes on. */
    OutputStream output();

    /** Gives up on what has not ended, and tells the other side. */
    @Override
    void close();
}
