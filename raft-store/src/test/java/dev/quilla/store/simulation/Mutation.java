package dev.quilla.store.simulation;

import dev.quilla.store.Command;
import dev.quilla.store.Op;
import dev.quilla.store.Txn;
import dev.quilla.store.mvcc.MvccState;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** Applies commands as the product does, but for the mistakes that are planted. */
record Mutation(Set<Mutant> mutants) {

    private static final int WRONG_MEMBER = 1;

    MvccState.Applied apply(int member, MvccState state, long index, long term, Command command) {
        return switch (command) {
            case Txn txn -> state.apply(index, term, changed(member, txn, term));
            case Command.Renew(var lease)
                    when mutants.contains(Mutant.REVIVES_LEASES) && state.lease(lease).isEmpty() ->
                    state.apply(index, term, new Command.Grant(lease, Duration.ofSeconds(1)));
            case Command.End end -> end(state, index, term, end);
            default -> state.apply(index, term, command);
        };
    }

    private Txn changed(int member, Txn txn, long term) {
        List<Op> then = txn.then();
        boolean half = mutants.contains(Mutant.APPLIES_HALF_A_TRANSACTION);
        boolean differs =
                mutants.contains(Mutant.DIFFERS_ON_ONE_MEMBER)
                        && member == WRONG_MEMBER
                        && term % 3 == 0;
        return new Txn(
                mutants.contains(Mutant.IGNORES_CONDITIONS) ? List.of() : txn.when(),
                half || differs ? then.subList(0, Math.min(1, then.size())) : then,
                mutants.contains(Mutant.IGNORES_FENCES) ? OptionalLong.empty() : txn.fenceTerm());
    }

    private MvccState.Applied end(MvccState state, long index, long term, Command.End end) {
        OptionalLong renewal =
                mutants.contains(Mutant.ENDS_RENEWED_LEASES) ? OptionalLong.empty() : end.renewal();
        MvccState.Applied ended =
                state.apply(index, term, new Command.End(end.lease(), renewal, end.fenceTerm()));
        List<Op> kept =
                state.lease(end.lease()).stream()
                        .flatMap(l -> l.keys().stream().limit(1))
                        .flatMap(key -> state.get(key).stream())
                        .<Op>map(e -> new Op.Put(e.key(), e.value()))
                        .toList();
        boolean gone = ended.state().lease(end.lease()).isEmpty();
        return mutants.contains(Mutant.LEAVES_KEYS_OF_ENDED_LEASES) && gone && !kept.isEmpty()
                ? new MvccState.Applied(
                        ended.state().apply(index, term, Txn.of(List.of(), kept)).state(),
                        ended.outcome())
                : ended;
    }
}
