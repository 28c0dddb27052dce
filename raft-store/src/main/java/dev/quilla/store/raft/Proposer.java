package dev.quilla.store.raft;

import dev.quilla.store.Outcome;
import dev.quilla.store.Txn;
import dev.quilla.store.UnavailableException;
import dev.quilla.store.UnknownOutcomeException;
import dev.quilla.store.mvcc.TxnCodec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.jspecify.annotations.Nullable;

/**
 * Brings transactions into the log, many in one entry: a log entry costs about the same whatever is
 * in it. One thread takes what has gathered; two entries may be under way.
 *
 * <p>The Raft client numbers its requests, and the leader remembers their outcomes, so a request
 * that is sent again after an election is applied once.
 */
final class Proposer implements AutoCloseable {

    private static final int QUEUE_MAX = 16_384;
    private static final int BATCH_MAX = 512;
    private static final long BATCH_BYTES_MAX = 3L << 20;
    private static final int IN_FLIGHT = 2;

    private record Waiting(Txn txn, CompletableFuture<Outcome> outcome) {}

    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final Semaphore permits = new Semaphore(IN_FLIGHT);
    private final Supplier<RaftClient> newClient;
    private final Thread thread;
    private @Nullable RaftClient client;
    private volatile boolean closed;

    Proposer(Supplier<RaftClient> newClient) {
        this.newClient = newClient;
        this.thread = Thread.ofVirtual().name("proposer").start(this::run);
    }

    CompletableFuture<Outcome> propose(Txn txn) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        if (closed || !queue.offer(new Waiting(txn, outcome))) {
            outcome.completeExceptionally(
                    new UnavailableException(
                            closed
                                    ? "the store is closed"
                                    : QUEUE_MAX + " transactions are waiting: try again later"));
        }
        return outcome;
    }

    private void run() {
        List<Waiting> batch = new ArrayList<>();
        @Nullable Waiting left = null;
        try {
            while (!closed) {
                Waiting first = left != null ? left : queue.take();
                left = null;
                permits.acquire();
                batch.add(first);
                long bytes = first.txn().bytes();
                while (batch.size() < BATCH_MAX) {
                    Waiting next = queue.poll();
                    if (next == null) {
                        break;
                    }
                    bytes += next.txn().bytes();
                    if (bytes > BATCH_BYTES_MAX) {
                        left = next;
                        break;
                    }
                    batch.add(next);
                }
                send(List.copyOf(batch));
                batch.clear();
            }
        } catch (InterruptedException e) {
            // Closed: whoever still waits is told below.
            closed = true;
        }
        List<Waiting> rest = new ArrayList<>();
        queue.drainTo(rest);
        if (left != null) {
            rest.add(left);
        }
        rest.forEach(w ->
                w.outcome().completeExceptionally(new UnavailableException("the store is closed")));
    }

    private void send(List<Waiting> batch) {
        byte[] entry = TxnCodec.encodeBatch(batch.stream().map(Waiting::txn).toList());
        client().async()
                .send(Message.valueOf(UnsafeByteOperations.unsafeWrap(entry)))
                .whenComplete((reply, failure) -> finish(batch, reply, failure));
    }

    private void finish(
            List<Waiting> batch, @Nullable RaftClientReply reply, @Nullable Throwable failure) {
        permits.release();
        if (reply != null && reply.isSuccess()) {
            List<Outcome> outcomes =
                    TxnCodec.decodeOutcomes(reply.getMessage().getContent().toByteArray());
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).outcome().complete(outcomes.get(i));
            }
            return;
        }
        dropClient();
        Throwable why = failure == null && reply != null ? reply.getException() : failure;
        UnknownOutcomeException unknown =
                new UnknownOutcomeException(
                        "contact with the leader was lost before it answered: "
                                + (why == null ? "no answer" : why.getMessage()));
        batch.forEach(w -> w.outcome().completeExceptionally(unknown));
    }

    private synchronized RaftClient client() {
        RaftClient current = client;
        if (current == null) {
            current = newClient.get();
            client = current;
        }
        return current;
    }

    /** A client that has given up on one request refuses all later ones. */
    private synchronized void dropClient() {
        RaftClient broken = client;
        client = null;
        if (broken != null) {
            Thread.startVirtualThread(() -> close(broken));
        }
    }

    private static void close(RaftClient client) {
        try {
            client.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        dropClient();
    }
}
