package dev.quilla.store.raft;

import dev.quilla.store.NoSpaceException;
import dev.quilla.store.StoreException;
import dev.quilla.store.UnavailableException;
import dev.quilla.store.UnknownOutcomeException;
import dev.quilla.store.log.Deadlines;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.jspecify.annotations.Nullable;

/**
 * Brings an entry to the leader, whoever that becomes: what was sent to one that is gone, stands
 * still or no longer leads is sent to the next as soon as there is one. Members know the entry by
 * its number and apply it once. Blocks; used on a virtual thread.
 */
final class Delivery {

    /** How long an entry may be under way: longer than elections take. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    /** After a leader has refused, or could not be reached, and nobody else leads. */
    private static final Duration PAUSE = Duration.ofMillis(20);

    /** Sends an entry to a member. */
    interface Way {
        CompletableFuture<RaftClientReply> send(RaftPeer to, long call, Message entry);
    }

    private final Way way;
    private final LongSupplier calls;
    private final Supplier<Optional<RaftPeer>> leader;
    private final LeaderChanges changes;
    private final Deadlines deadlines = new Deadlines(PATIENCE);
    private volatile boolean closed;

    /**
     * Delivers by these.
     *
     * @param calls numbers for entries
     * @param leader whom this member takes for the leader
     */
    Delivery(
            Way way,
            LongSupplier calls,
            Supplier<Optional<RaftPeer>> leader,
            LeaderChanges changes) {
        this.way = way;
        this.calls = calls;
        this.leader = leader;
        this.changes = changes;
    }

    /**
     * Answers with what the leader's state machine has said.
     *
     * @throws UnavailableException if nobody led, so that nothing was written
     * @throws NoSpaceException if the leader has no room for it; nothing was written
     * @throws UnknownOutcomeException if it may have been written
     */
    RaftClientReply bring(Message entry) throws InterruptedException {
        CompletableFuture<Void> tooLate = deadlines.bound(new CompletableFuture<>());
        try {
            return bring(entry, calls.getAsLong(), tooLate);
        } finally {
            tooLate.complete(null);
        }
    }

    private RaftClientReply bring(Message entry, long call, CompletableFuture<Void> tooLate)
            throws InterruptedException {
        String lost = "";
        Map<RaftPeerId, CompletableFuture<RaftClientReply>> attempts = new HashMap<>();
        while (!closed && !tooLate.isDone()) {
            CompletableFuture<Void> change = changes.next();
            Optional<RaftPeer> target = leader.get();
            if (target.isEmpty()) {
                await(CompletableFuture.anyOf(change, tooLate));
                continue;
            }
            // One that leads again, or still, answers what it has; Ratis refuses a second of its
            // number on one connection, and all that are under way there would fail.
            CompletableFuture<RaftClientReply> attempt =
                    attempts.compute(
                            target.get().getId(),
                            (to, before) ->
                                    before != null && (!before.isDone() || isSuccess(before))
                                            ? before
                                            : way.send(target.get(), call, entry));
            await(CompletableFuture.anyOf(attempt, change, tooLate));
            if (isSuccess(attempt)) {
                return attempt.join();
            }
            lost = why(attempt, target.get());
            awaitOrPause(CompletableFuture.anyOf(change, tooLate));
        }
        throw failure(lost);
    }

    private static StoreException failure(String lost) {
        return lost.isEmpty()
                ? new UnavailableException("no member leads: a majority of them must be running")
                : new UnknownOutcomeException(lost);
    }

    private static void await(CompletableFuture<?> any) throws InterruptedException {
        try {
            any.get();
        } catch (ExecutionException e) {
            // Looked at by the caller.
        }
    }

    private static void awaitOrPause(CompletableFuture<?> any) throws InterruptedException {
        try {
            any.get(PAUSE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // Looked at by the caller.
        }
    }

    private static boolean isSuccess(CompletableFuture<RaftClientReply> attempt) {
        return attempt.state() == java.util.concurrent.Future.State.SUCCESS
                && attempt.resultNow().isSuccess();
    }

    /**
     * Why an attempt has failed.
     *
     * @throws NoSpaceException if the leader has no room for it
     * @throws UnknownOutcomeException if another one would fail as well
     */
    private static String why(CompletableFuture<RaftClientReply> attempt, RaftPeer target) {
        return switch (attempt.state()) {
            case RUNNING -> "leadership moved before " + target.getId() + " answered";
            case SUCCESS -> {
                Throwable refusal = attempt.resultNow().getException();
                String text = target.getId() + " answered: " + message(refusal);
                if (refusal instanceof StateMachineException
                        && refusal.getCause() instanceof NoSpaceException full) {
                    throw full;
                }
                if (!isPassing(refusal)) {
                    throw new UnknownOutcomeException(text);
                }
                yield text;
            }
            case FAILED, CANCELLED ->
                    "contact with "
                            + target.getId()
                            + " was lost before it answered: "
                            + message(attempt.exceptionNow());
        };
    }

    private static boolean isPassing(@Nullable Throwable refusal) {
        // What has no name on the wire is the word of a member that is starting or stopping.
        return refusal == null
                || refusal instanceof NotLeaderException
                || refusal instanceof LeaderNotReadyException
                || refusal instanceof LeaderSteppingDownException
                || refusal instanceof ResourceUnavailableException;
    }

    private static String message(@Nullable Throwable why) {
        return why == null ? "no reason" : String.valueOf(why.getMessage());
    }

    /** Ends what is under way. */
    void close() {
        closed = true;
        deadlines.close();
    }
}
