package dev.quilla.store;

import dev.quilla.store.mvcc.MvccState;
import dev.quilla.store.mvcc.StateCell;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A store of one member that keeps nothing on disk: for tests, and as the others' specification.
 */
public final class InMemoryStore implements Store {

    private static final long TERM = 1;
    private static final String NAME = "memory";

    private final StateCell cell = new StateCell(MvccState.empty());

    @Override
    public synchronized Outcome commit(Txn txn) {
        if (txn.bytes() > VALUE_BYTES_MAX) {
            throw new TooLargeException(
                    "the transaction is larger than " + VALUE_BYTES_MAX + " bytes");
        }
        return cell.apply(TERM, txn);
    }

    @Override
    public View view(Freshness freshness) {
        return switch (freshness) {
            case Freshness.Any ignored -> cell.state();
            case Freshness.Linearizable ignored -> cell.state();
            case Freshness.AtLeast atLeast -> cell.await(atLeast.revision(), atLeast.atMost());
        };
    }

    @Override
    public View viewAt(long revision) {
        return cell.state().at(revision);
    }

    @Override
    public Watch watch(KeyRange range, long afterRevision) {
        return cell.watch(range, afterRevision);
    }

    @Override
    public Leadership leadership() {
        return new Leadership() {
            @Override
            public OptionalLong term() {
                return OptionalLong.of(TERM);
            }

            @Override
            public Optional<String> leader() {
                return Optional.of(NAME);
            }

            @Override
            public AutoCloseable observe(Listener listener) {
                listener.leads(TERM);
                return () -> {};
            }
        };
    }

    @Override
    public StoreStatus status() {
        MvccState state = cell.state();
        return new StoreStatus(
                NAME,
                "leader",
                TERM,
                Optional.of(NAME),
                state.revision(),
                state.revision(),
                state.size());
    }

    @Override
    public void close() {}
}
