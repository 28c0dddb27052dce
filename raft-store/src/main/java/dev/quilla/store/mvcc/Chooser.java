package dev.quilla.store.mvcc;

import dev.quilla.store.Bytes;
import dev.quilla.store.Choice;
import dev.quilla.store.Entry;
import dev.quilla.store.Finding;
import dev.quilla.store.LeaseId;
import dev.quilla.store.Outcome;
import dev.quilla.store.Step;
import dev.quilla.store.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The work of a choice within a transition. Conditions at every depth look at the state before it,
 * steps at what the steps before them made of it: so etcd has it.
 */
final class Chooser {

    private final View before;
    private final Transition work;
    private Optional<Outcome> refusal = Optional.empty();

    Chooser(View before, Transition work) {
        this.before = before;
        this.work = work;
    }

    /** Why nothing may happen, after {@link #make} has answered nothing. */
    Optional<Outcome> refusal() {
        return refusal;
    }

    /** Makes a choice; empty if a step can't be taken. */
    Optional<Finding.Chosen> make(Choice choice) {
        boolean held = choice.when().stream().allMatch(condition -> condition.holds(before));
        List<Finding> findings = new ArrayList<>();
        for (Step step : held ? choice.then() : choice.otherwise()) {
            Optional<? extends Finding> finding = take(step);
            if (finding.isEmpty()) {
                return Optional.empty();
            }
            findings.add(finding.get());
        }
        return Optional.of(new Finding.Chosen(held, findings));
    }

    private Optional<? extends Finding> take(Step step) {
        return switch (step) {
            case Step.Get get -> Optional.of(get(get));
            case Step.Put put -> put(put);
            case Step.Delete delete -> Optional.of(delete(delete));
            case Step.Choose(Choice choice) -> make(choice);
        };
    }

    private Finding get(Step.Get get) {
        View now = work.now();
        return new Finding.Found(now.range(get.range(), get.limit()), now.count(get.range()));
    }

    private Optional<Finding> put(Step.Put put) {
        Optional<Entry> there = work.now().get(put.key());
        Optional<Bytes> value = put.value().or(() -> there.map(Entry::value));
        Optional<LeaseId> lease = put.lease().or(() -> there.map(Entry::lease));
        if (value.isEmpty() || lease.isEmpty()) {
            refusal = Optional.of(new Outcome.Missing(put.key()));
            return Optional.empty();
        }
        refusal = work.put(put.key(), value.get(), lease.get());
        return refusal.isPresent()
                ? Optional.empty()
                : Optional.of(new Finding.Written(there.filter(e -> put.tell())));
    }

    private Finding delete(Step.Delete delete) {
        List<Entry> there = work.now().range(delete.range(), 0);
        there.forEach(entry -> work.delete(entry.key()));
        return new Finding.Deleted(there.size(), delete.tell() ? there : List.of());
    }
}
