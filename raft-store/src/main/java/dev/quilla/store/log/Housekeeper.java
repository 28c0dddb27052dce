package dev.quilla.store.log;

import dev.quilla.store.Command;
import dev.quilla.store.Lease;
import dev.quilla.store.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that looks after {@link Housekeeping}; it proposes only while this member leads. */
final class Housekeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeper.class);
    private static final long PATIENCE_SECONDS = 10;

    private final CommandLog log;
    private final Replica replica;
    private final Housekeeping housekeeping;
    private final Consumer<String> onDivergence;
    private final Thread thread;

    Housekeeper(
            CommandLog log,
            Replica replica,
            Housekeeping housekeeping,
            Consumer<String> onDivergence) {
        this.onDivergence = onDivergence;
        this.log = log;
        this.replica = replica;
        this.housekeeping = housekeeping;
        this.thread = Thread.ofVirtual().name("housekeeper").start(this::run);
    }

    private void run() {
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(Housekeeping.INTERVAL.toNanos());
                OptionalLong term = replica.leadership().term();
                propose(housekeeping.look(replica.cell().state(), term, System.nanoTime()));
                compare();
            }
        } catch (InterruptedException e) {
            LOG.debug("closed");
        }
    }

    private void compare() throws InterruptedException {
        CommandLog.Position position = log.position();
        propose(replica.comparison().statements(number(position.memberId())));
        replica.comparison()
                .divergence(position.members())
                .ifPresent(index ->
                        onDivergence.accept(
                                "the state of this member, "
                                        + position.memberId()
                                        + ", is not that of the others after log entry "
                                        + index
                                        + " (revision "
                                        + replica.cell().state().revision()
                                        + " now)"));
    }

    /** By which the others know who says something. */
    private static long number(String memberId) {
        return UUID.nameUUIDFromBytes(memberId.getBytes(StandardCharsets.UTF_8))
                .getLeastSignificantBits();
    }

    /** Whatever does not succeed is decided again at the next look. */
    private void propose(List<Command> commands) throws InterruptedException {
        List<CompletableFuture<Outcome>> proposed = commands.stream().map(log::propose).toList();
        for (CompletableFuture<Outcome> outcome : proposed) {
            try {
                outcome.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                LOG.debug("leases or history are looked after later: {}", e.getMessage());
            }
        }
    }

    /** How long a lease has, as this member reckons. */
    Duration left(Lease lease) {
        return housekeeping.left(lease, System.nanoTime());
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
