package dev.quilla.store.simulation;

import dev.quilla.store.Command;
import dev.quilla.store.Entry;
import dev.quilla.store.Freshness;
import dev.quilla.store.InMemoryStore;
import dev.quilla.store.KeyRange;
import dev.quilla.store.LeaseId;
import dev.quilla.store.Outcome;
import dev.quilla.store.Txn;
import dev.quilla.store.View;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What the commands of the log come to by the store's specification, {@link InMemoryStore}, which
 * knows nothing of log indexes and terms: those are reckoned here.
 */
final class Twin {

    private static final KeyRange ALL = KeyRange.prefix("/");

    private final InMemoryStore store = new InMemoryStore();
    private final Map<LeaseId, Long> renewals = new HashMap<>();

    /** The right outcome of the next command in the log. */
    Outcome apply(long index, long term, Command command) {
        return switch (command) {
            case Txn txn ->
                    txn.fenceTerm().orElse(term) == term
                            ? store.commit(new Txn(txn.when(), txn.then(), OptionalLong.empty()))
                            : new Outcome.Fenced(term);
            case Command.Grant grant -> held(grant.lease(), index, store.commit(grant));
            case Command.Renew renew -> held(renew.lease(), index, store.commit(renew));
            case Command.End end -> end(term, end);
            default -> store.commit(command);
        };
    }

    private Outcome held(LeaseId lease, long index, Outcome outcome) {
        if (outcome instanceof Outcome.Committed) {
            renewals.put(lease, index);
        }
        return outcome;
    }

    private Outcome end(long term, Command.End end) {
        if (end.fenceTerm().orElse(term) != term) {
            return new Outcome.Fenced(term);
        }
        long renewed = renewals.getOrDefault(end.lease(), 0L);
        return renewed > end.renewal().orElse(Long.MAX_VALUE)
                ? new Outcome.NoLease(end.lease())
                : store.commit(Command.End.revoked(end.lease()));
    }

    /** Whether a state holds what it should. */
    boolean isAs(View state) {
        View right = store.view(new Freshness.Any());
        return right.revision() == state.revision() && entries(right).equals(entries(state));
    }

    private static List<Entry> entries(View view) {
        return view.range(ALL, 0);
    }
}
