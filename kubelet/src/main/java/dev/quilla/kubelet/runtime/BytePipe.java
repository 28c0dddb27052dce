package dev.quilla.kubelet.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bytes from one thread to another. Bounded: a writer waits while the reader is behind, and goes on
 * for nothing once the reader has closed. All state is under the lock.
 */
public final class BytePipe extends InputStream {

    private static final int CAPACITY_BYTES = 64 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Made when something comes: many pipes never carry anything. */
    private byte[] ring = {};

    private int start;
    private int size;
    private boolean ended;
    private boolean closed;

    /** Adds bytes, waiting for room. */
    public void write(byte[] bytes, int offset, int length) throws InterruptedException {
        lock.lock();
        try {
            int written = 0;
            if (ring.length == 0 && length > 0) {
                ring = new byte[CAPACITY_BYTES];
            }
            while (written < length && !closed) {
                if (size == ring.length) {
                    changed.await();
                    continue;
                }
                int at = (start + size) % ring.length;
                int n = Math.min(length - written, Math.min(ring.length - size, ring.length - at));
                System.arraycopy(bytes, offset + written, ring, at, n);
                size += n;
                written += n;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more will come. */
    public void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        lock.lock();
        try {
            while (size == 0 && !ended && !closed) {
                changed.await();
            }
            if (size == 0 || closed) {
                return -1;
            }
            int n = Math.min(length, Math.min(size, ring.length - start));
            System.arraycopy(ring, start, into, offset, n);
            start = (start + n) % ring.length;
            size -= n;
            changed.signalAll();
            return n;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int available() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
