package dev.quilla.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** A choice in the plainest way there is: part of the specification. */
final class InMemoryChoice {

    private final View before;
    private final Predicate<LeaseId> isLease;
    private final long next;
    private final SortedMap<Key, Entry> entries;
    private final List<Event> events = new ArrayList<>();

    /** Starts from some entries; a copy of them is changed. */
    InMemoryChoice(View before, SortedMap<Key, Entry> entries, Predicate<LeaseId> isLease) {
        this.before = before;
        this.isLease = isLease;
        this.next = before.revision() + 1;
        this.entries = new TreeMap<>(entries);
    }

    /** A step that can't be taken. */
    static final class Impossible extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Outcome outcome;

        Impossible(Outcome outcome) {
            super(null, null, false, false);
            this.outcome = outcome;
        }

        Outcome outcome() {
            return outcome;
        }
    }

    SortedMap<Key, Entry> entries() {
        return entries;
    }

    List<Event> events() {
        return events;
    }

    Finding.Chosen make(Choice choice) throws Impossible {
        boolean held = choice.when().stream().allMatch(condition -> condition.holds(before));
        List<Finding> findings = new ArrayList<>();
        for (Step step : held ? choice.then() : choice.otherwise()) {
            findings.add(
                    switch (step) {
                        case Step.Get(KeyRange range, int limit) -> {
                            List<Entry> found = range(range);
                            int told = limit == 0 ? found.size() : Math.min(limit, found.size());
                            yield new Finding.Found(found.subList(0, told), found.size());
                        }
                        case Step.Put put -> put(put);
                        case Step.Delete(KeyRange range, boolean tell) -> {
                            List<Entry> gone = range(range);
                            gone.forEach(e -> events.add(new Event.Deleted(next, e)));
                            gone.forEach(e -> entries.remove(e.key()));
                            yield new Finding.Deleted(gone.size(), tell ? gone : List.of());
                        }
                        case Step.Choose(Choice inner) -> make(inner);
                    });
        }
        return new Finding.Chosen(held, findings);
    }

    private List<Entry> range(KeyRange range) {
        return entries.values().stream().filter(e -> range.contains(e.key())).toList();
    }

    private Finding put(Step.Put put) throws Impossible {
        Entry there = entries.get(put.key());
        if (there == null && (put.value().isEmpty() || put.lease().isEmpty())) {
            throw new Impossible(new Outcome.Missing(put.key()));
        }
        LeaseId lease = put.lease().orElseGet(() -> Objects.requireNonNull(there).lease());
        if (lease.isSome() && !isLease.test(lease)) {
            throw new Impossible(new Outcome.NoLease(lease));
        }
        Bytes value = put.value().orElseGet(() -> Objects.requireNonNull(there).value());
        Entry written =
                there == null
                        ? new Entry(put.key(), value, next, next, 1, lease)
                        : new Entry(
                                put.key(),
                                value,
                                there.createRevision(),
                                next,
                                there.version() + 1,
                                lease);
        entries.put(put.key(), written);
        events.add(new Event.Put(written, Optional.ofNullable(there)));
        return new Finding.Written(Optional.ofNullable(there).filter(e -> put.tell()));
    }
}
