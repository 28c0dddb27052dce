package dev.quilla.apiserver.registry;

import dev.quilla.model.ApiException;
import dev.quilla.model.GroupResource;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Struct;
import dev.quilla.store.Compare;
import dev.quilla.store.Op;
import dev.quilla.store.Outcome;
import dev.quilla.store.View;
import java.util.List;
import java.util.Optional;

/** Counts what objects use, in the transactions that write them. Thread-safe. */
public interface Ledger {

    /** Counts nothing. */
    Ledger NONE = (view, change) -> Bill.NONE;

    /**
     * One object's change.
     *
     * @param before how it is; empty when it is made
     * @param after how it will be; empty when it is removed
     */
    record Change(
            GroupResource resource,
            ObjectKey key,
            Optional<Struct> before,
            Optional<Struct> after) {}

    /**
     * What a change adds to counters, as far as that picture shows which there are.
     *
     * @throws ApiException if the change may not be
     */
    Bill bill(View view, Change change);

    /** What a transaction has to take along. Immutable. */
    interface Bill {

        /** Nothing. */
        Bill NONE =
                new Bill() {
                    @Override
                    public List<Compare> when() {
                        return List.of();
                    }

                    @Override
                    public List<Op.BoundedAdd> then() {
                        return List.of();
                    }

                    @Override
                    public ApiException refusal(Outcome.OverLimit over) {
                        throw new IllegalStateException("nothing was to be counted: " + over);
                    }
                };

        /** What must hold for the bill to be right; another is made where it does not. */
        List<Compare> when();

        /** What is added. */
        List<Op.BoundedAdd> then();

        /** What the client is told when one of the counters would go beyond its limit. */
        ApiException refusal(Outcome.OverLimit over);
    }
}
