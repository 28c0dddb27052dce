package dev.quilla.store.raft;

import dev.quilla.store.Command;
import dev.quilla.store.Outcome;
import dev.quilla.store.StoreException;
import dev.quilla.store.UnavailableException;
import dev.quilla.store.mvcc.CommandCodec;
import dev.quilla.store.mvcc.OutcomeCodec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/**
 * Brings commands into the log, many in one entry: a log entry costs about the same whatever is in
 * it. Two entries may be under way; what comes meanwhile gathers for the next. Thread-safe.
 */
final class Proposer implements AutoCloseable {

    private static final int QUEUE_MAX = 16_384;
    private static final int BATCH_MAX = 512;
    private static final long BATCH_BYTES_MAX = 3L << 20;
    private static final int IN_FLIGHT = 2;

    private record Waiting(Command command, CompletableFuture<Outcome> outcome) {}

    private final Semaphore permits = new Semaphore(IN_FLIGHT);
    private final Delivery delivery;

    /** Guarded by itself. */
    private final Queue<Waiting> queue = new ArrayDeque<>();

    private volatile boolean closed;

    Proposer(Delivery delivery) {
        this.delivery = delivery;
    }

    CompletableFuture<Outcome> propose(Command command) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        if (!isQueued(new Waiting(command, outcome))) {
            outcome.completeExceptionally(
                    new UnavailableException(
                            closed
                                    ? "the store is closed"
                                    : QUEUE_MAX + " writes are waiting: try again later"));
        }
        sendIfPossible();
        return outcome;
    }

    private boolean isQueued(Waiting waiting) {
        synchronized (queue) {
            return !closed && queue.size() < QUEUE_MAX && queue.add(waiting);
        }
    }

    private void sendIfPossible() {
        if (permits.tryAcquire()) {
            Thread.ofVirtual().name("delivery").start(this::sendAll);
        }
    }

    /** With a permit; gives it back. What is queued after the last look finds the permit free. */
    private void sendAll() {
        try {
            for (List<Waiting> batch = next(); !batch.isEmpty(); batch = next()) {
                send(batch);
            }
        } finally {
            permits.release();
        }
        if (isMore()) {
            sendIfPossible();
        }
    }

    private boolean isMore() {
        synchronized (queue) {
            return !queue.isEmpty();
        }
    }

    /** All that waits, as far as it fits into one entry. */
    private List<Waiting> next() {
        List<Waiting> batch = new ArrayList<>();
        synchronized (queue) {
            long bytes = 0;
            for (Waiting first = queue.peek();
                    first != null && batch.size() < BATCH_MAX;
                    first = queue.peek()) {
                bytes += first.command().bytes();
                if (bytes > BATCH_BYTES_MAX && !batch.isEmpty()) {
                    break;
                }
                batch.add(queue.remove());
            }
        }
        return batch;
    }

    private void send(List<Waiting> batch) {
        byte[] entry = CommandCodec.encodeBatch(batch.stream().map(Waiting::command).toList());
        try {
            complete(
                    batch, delivery.bring(Message.valueOf(UnsafeByteOperations.unsafeWrap(entry))));
        } catch (StoreException e) {
            batch.forEach(w -> w.outcome().completeExceptionally(e));
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a delivery", e);
        }
    }

    private static void complete(List<Waiting> batch, RaftClientReply reply) {
        List<Outcome> outcomes = OutcomeCodec.decode(reply.getMessage().getContent().toByteArray());
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).outcome().complete(outcomes.get(i));
        }
    }

    @Override
    public void close() {
        List<Waiting> rest;
        synchronized (queue) {
            closed = true;
            rest = List.copyOf(queue);
            queue.clear();
        }
        delivery.close();
        UnavailableException why = new UnavailableException("the store is closed");
        rest.forEach(w -> w.outcome().completeExceptionally(why));
    }
}
