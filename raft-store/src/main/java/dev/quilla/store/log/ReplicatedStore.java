package dev.quilla.store.log;

import dev.quilla.store.Command;
import dev.quilla.store.Contents;
import dev.quilla.store.Freshness;
import dev.quilla.store.KeyRange;
import dev.quilla.store.Leadership;
import dev.quilla.store.Lease;
import dev.quilla.store.LeaseId;
import dev.quilla.store.Outcome;
import dev.quilla.store.Store;
import dev.quilla.store.StoreException;
import dev.quilla.store.StoreStatus;
import dev.quilla.store.TooLargeException;
import dev.quilla.store.UnavailableException;
import dev.quilla.store.UnknownOutcomeException;
import dev.quilla.store.View;
import dev.quilla.store.Watch;
import dev.quilla.store.mvcc.MvccState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A store on a replicated log; this process is one of its members. */
public class ReplicatedStore implements Store {

    /** How long a write or a linearizable read may take; elections are shorter. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration ELECTION_LOOK = Duration.ofMillis(20);

    private final CommandLog log;
    private final Replica replica;
    private final Housekeeper housekeeper;
    private final Deadlines deadlines = new Deadlines(PATIENCE);

    /**
     * A store whose state a log makes; closes both.
     *
     * @param housekeeping what is done while this member leads
     * @param onDivergence told that this member's state is not what the others agree on; must end
     *     it
     */
    public ReplicatedStore(
            CommandLog log,
            Replica replica,
            Housekeeping housekeeping,
            Consumer<String> onDivergence) {
        this.log = log;
        this.replica = replica;
        this.housekeeper = new Housekeeper(log, replica, housekeeping, onDivergence);
    }

    @Override
    public Outcome commit(Command command) {
        if (command.bytes() > VALUE_BYTES_MAX) {
            throw new TooLargeException(
                    "the transaction is larger than " + VALUE_BYTES_MAX + " bytes");
        }
        Outcome outcome =
                await(
                        deadlines.bound(log.propose(command)),
                        () ->
                                new UnknownOutcomeException(
                                        "the write was not acknowledged in time"));
        switch (outcome) {
            case Outcome.Committed(long revision) -> reach(revision);
            case Outcome.Made made -> reach(made.revision());
            default -> {}
        }
        return outcome;
    }

    /** Waits until this member has applied what is committed. */
    private void reach(long revision) {
        CompletableFuture<MvccState> reached = replica.cell().reached(revision);
        await(deadlines.bound(reached), () -> isBehind(revision, reached));
    }

    private MvccState reach(long revision, Duration atMost) {
        CompletableFuture<MvccState> reached = replica.cell().reached(revision);
        try {
            return reached.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw isBehind(revision, reached);
        } catch (ExecutionException e) {
            throw known(e);
        } catch (InterruptedException e) {
            replica.cell().forget(reached);
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while waiting for revision " + revision);
        }
    }

    private UnavailableException isBehind(long revision, CompletableFuture<MvccState> reached) {
        replica.cell().forget(reached);
        return new UnavailableException(
                "revision "
                        + revision
                        + " is not there yet: this member is at "
                        + replica.cell().state().revision());
    }

    @Override
    public View view(Freshness freshness) {
        return switch (freshness) {
            case Freshness.Any ignored -> replica.cell().state();
            case Freshness.AtLeast atLeast -> reach(atLeast.revision(), atLeast.atMost());
            case Freshness.Linearizable ignored -> {
                passBarrier();
                yield replica.cell().state();
            }
        };
    }

    /**
     * While members elect a leader nobody can answer for all of them: that is worth waiting for.
     */
    private void passBarrier() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                await(
                        deadlines.bound(log.barrier()),
                        () -> new UnknownOutcomeException("no majority of members answers"));
                return;
            } catch (UnavailableException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(ELECTION_LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted");
        }
    }

    @Override
    public View viewAt(long revision) {
        return replica.cell().state().at(revision);
    }

    @Override
    public Contents contents() {
        passBarrier();
        MvccState state = replica.cell().state();
        List<Lease> leases = new ArrayList<>();
        state.forEachLease(leases::add);
        return new Contents(state, leases);
    }

    @Override
    public Watch watch(KeyRange range, long afterRevision) {
        return replica.cell().watch(range, afterRevision);
    }

    @Override
    public Optional<Lease> lease(LeaseId id) {
        // A grant leaves the revision as it is, so that no revision tells whether it is here yet.
        passBarrier();
        return replica.cell().state().lease(id);
    }

    @Override
    public List<LeaseId> leases() {
        passBarrier();
        List<LeaseId> leases = new ArrayList<>();
        replica.cell().state().forEachLease(lease -> leases.add(lease.id()));
        return leases;
    }

    @Override
    public Duration left(Lease lease) {
        return housekeeper.left(lease);
    }

    @Override
    public Leadership leadership() {
        return replica.leadership();
    }

    @Override
    public StoreStatus status() {
        CommandLog.Position position = log.position();
        MvccState state = replica.cell().state();
        return new StoreStatus(
                position.memberId(),
                position.role(),
                position.term(),
                replica.leadership().leader(),
                position.appliedIndex(),
                state.revision(),
                state.base(),
                state.size(),
                state.space(),
                position.trouble(),
                state.digest());
    }

    @Override
    public void close() {
        housekeeper.close();
        log.close();
        replica.close();
        deadlines.close();
    }

    private static <T> T await(
            CompletableFuture<T> future, Supplier<? extends StoreException> tooLate) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof TimeoutException ? tooLate.get() : known(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnknownOutcomeException("interrupted");
        }
    }

    private static StoreException known(ExecutionException e) {
        Throwable cause = e;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof StoreException known
                ? known
                : new UnavailableException(String.valueOf(cause.getMessage()));
    }
}
