package dev.quilla.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.SnapshotResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A backup on its way to a client, in pieces of a size that messages may have. Writing waits while
 * the client does not read, and fails when it is gone. Written by one thread, which must not be the
 * one that the call came on: that one tells that the client reads.
 */
final class SnapshotStream extends OutputStream {

    private static final int PIECE_BYTES = 64 << 10;

    private final ResponseHeader header;
    private final ServerCallStreamObserver<SnapshotResponse> observer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final byte[] piece = new byte[PIECE_BYTES];
    private int filled;

    SnapshotStream(ResponseHeader header, ServerCallStreamObserver<SnapshotResponse> observer) {
        this.header = header;
        this.observer = observer;
        observer.setOnReadyHandler(this::wake);
        observer.setOnCancelHandler(this::wake);
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int part = Math.min(length - done, piece.length - filled);
            System.arraycopy(bytes, offset + done, piece, filled, part);
            filled += part;
            done += part;
            if (filled == piece.length) {
                send();
            }
        }
    }

    /** Sends what is left. */
    @Override
    public void close() throws IOException {
        if (filled > 0) {
            send();
        }
        observer.onCompleted();
    }

    private void send() throws IOException {
        lock.lock();
        try {
            while (!observer.isReady() && !observer.isCancelled()) {
                changed.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            lock.unlock();
        }
        if (observer.isCancelled()) {
            throw new IOException("the client is gone");
        }
        observer.onNext(
                SnapshotResponse.newBuilder()
                        .setHeader(header)
                        .setBlob(ByteString.copyFrom(piece, 0, filled))
                        .build());
        filled = 0;
    }
}
