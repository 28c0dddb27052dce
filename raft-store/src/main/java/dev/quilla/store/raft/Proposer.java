package dev.quilla.store.raft;

import dev.quilla.store.Command;
import dev.quilla.store.Outcome;
import dev.quilla.store.StoreException;
import dev.quilla.store.UnavailableException;
import dev.quilla.store.mvcc.CommandCodec;
import dev.quilla.store.mvcc.OutcomeCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.jspecify.annotations.Nullable;

/**
 * Brings commands into the log, many in one entry: a log entry costs about the same whatever is in
 * it. One thread takes what has gathered; two entries may be under way.
 */
final class Proposer implements AutoCloseable {

    private static final int QUEUE_MAX = 16_384;
    private static final int BATCH_MAX = 512;
    private static final long BATCH_BYTES_MAX = 3L << 20;
    private static final int IN_FLIGHT = 2;

    private record Waiting(Command command, CompletableFuture<Outcome> outcome) {}

    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final Semaphore permits = new Semaphore(IN_FLIGHT);
    private final Delivery delivery;
    private final Thread thread;

    /** Taken from the queue, but too large for the entry before; used by the thread alone. */
    private @Nullable Waiting left;

    private volatile boolean closed;

    Proposer(Delivery delivery) {
        this.delivery = delivery;
        this.thread = Thread.ofVirtual().name("proposer").start(this::run);
    }

    CompletableFuture<Outcome> propose(Command command) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        if (closed || !queue.offer(new Waiting(command, outcome))) {
            outcome.completeExceptionally(
                    new UnavailableException(
                            closed
                                    ? "the store is closed"
                                    : QUEUE_MAX + " writes are waiting: try again later"));
        }
        return outcome;
    }

    private void run() {
        try {
            while (!closed) {
                Waiting first = left != null ? left : queue.take();
                permits.acquire();
                send(batchFrom(first));
            }
        } catch (InterruptedException e) {
            closed = true;
        }
        refuseTheRest();
    }

    /** All that waits, as far as it fits into one entry. */
    private List<Waiting> batchFrom(Waiting first) {
        List<Waiting> batch = new ArrayList<>(List.of(first));
        left = null;
        long bytes = first.command().bytes();
        while (batch.size() < BATCH_MAX && left == null) {
            Waiting next = queue.poll();
            if (next == null) {
                break;
            }
            bytes += next.command().bytes();
            if (bytes > BATCH_BYTES_MAX) {
                left = next;
            } else {
                batch.add(next);
            }
        }
        return batch;
    }

    private void refuseTheRest() {
        List<Waiting> rest = new ArrayList<>();
        queue.drainTo(rest);
        if (left != null) {
            rest.add(left);
        }
        UnavailableException why = new UnavailableException("the store is closed");
        rest.forEach(w -> w.outcome().completeExceptionally(why));
    }

    private void send(List<Waiting> batch) {
        byte[] entry = CommandCodec.encodeBatch(batch.stream().map(Waiting::command).toList());
        Message message = Message.valueOf(UnsafeByteOperations.unsafeWrap(entry));
        Thread.ofVirtual()
                .name("delivery")
                .start(() -> {
                    try {
                        complete(batch, delivery.bring(message));
                    } catch (StoreException e) {
                        batch.forEach(w -> w.outcome().completeExceptionally(e));
                    } catch (InterruptedException e) {
                        throw new IllegalStateException("nobody interrupts a delivery", e);
                    } finally {
                        permits.release();
                    }
                });
    }

    private static void complete(List<Waiting> batch, RaftClientReply reply) {
        List<Outcome> outcomes = OutcomeCodec.decode(reply.getMessage().getContent().toByteArray());
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).outcome().complete(outcomes.get(i));
        }
    }

    @Override
    public void close() {
        closed = true;
        delivery.close();
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
