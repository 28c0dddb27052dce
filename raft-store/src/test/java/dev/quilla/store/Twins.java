package dev.quilla.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * A store beside its specification, given the same commands. The store may have come further
 * before; what is compared is counted from where it stood.
 */
final class Twins {

    private static final KeyRange ALL = KeyRange.prefix("/");
    private static final List<KeyRange> RANGES =
            List.of(
                    ALL,
                    KeyRange.prefix("/a"),
                    new KeyRange("/a/b", "/b/x"),
                    new KeyRange("", "/a/c"),
                    KeyRange.of(new Key("/c")));

    private final Store store;
    private final InMemoryStore specification = new InMemoryStore();
    private final long offset;

    Twins(Store store) {
        this.store = store;
        this.offset = store.view(new Freshness.Linearizable()).revision() - View.FIRST;
    }

    void commit(Command command) {
        assertEquals(
                shifted(specification.commit(command)),
                normal(store.commit(shifted(command))),
                () -> "outcome of " + command);
        for (long lease = 1; lease <= 3; lease++) {
            LeaseId id = new LeaseId(lease);
            assertEquals(
                    specification.lease(id).map(Twins::withoutRenewal),
                    store.lease(id).map(Twins::withoutRenewal));
        }
    }

    private static Lease withoutRenewal(Lease lease) {
        return new Lease(lease.id(), lease.timeToLive(), 0, lease.keys());
    }

    /** Every range at every revision, and every event after every revision. */
    void compareEverything() throws InterruptedException {
        long newest = specification.view(new Freshness.Any()).revision();
        for (long revision = View.FIRST; revision <= newest; revision++) {
            long at = revision;
            assertEquals(
                    kept(() -> ranges(specification.viewAt(at), this::shifted)),
                    kept(() -> ranges(store.viewAt(at + offset), Function.identity())),
                    () -> "ranges at " + at);
        }
        for (long revision = View.FIRST; revision <= newest; revision++) {
            for (KeyRange range : RANGES) {
                long after = revision;
                assertEquals(
                        kept(() -> events(specification, range, after, newest, this::shifted)),
                        kept(() ->
                                events(
                                        store,
                                        range,
                                        after + offset,
                                        newest + offset,
                                        Function.identity())),
                        () -> "events after " + after);
            }
        }
    }

    private interface Asked<T> {
        T ask() throws InterruptedException;
    }

    private static <T> Optional<T> kept(Asked<T> asked) throws InterruptedException {
        try {
            return Optional.of(asked.ask());
        } catch (CompactedException e) {
            return Optional.empty();
        }
    }

    private static List<Object> ranges(View view, Function<Entry, Entry> shift) {
        List<Object> found = new ArrayList<>();
        for (KeyRange range : RANGES) {
            found.add(view.range(range, 0).stream().map(shift).toList());
            found.add(view.range(range, 2).stream().map(shift).toList());
            found.add(view.count(range));
        }
        return found;
    }

    private static List<Object> events(
            Store store, KeyRange range, long after, long newest, Function<Entry, Entry> shift)
            throws InterruptedException {
        List<Object> found = new ArrayList<>();
        try (Watch watch = store.watch(range, after)) {
            long reached = after;
            while (reached < newest) {
                Events events = watch.next(Duration.ZERO);
                reached = events.revision();
                events.events().forEach(e -> found.add(told(e, shift)));
            }
        }
        return found;
    }

    private static List<Object> told(Event event, Function<Entry, Entry> shift) {
        return switch (event) {
            case Event.Put put ->
                    List.of("put", shift.apply(put.entry()), put.previous().map(shift));
            case Event.Deleted deleted ->
                    List.of("deleted", deleted.key(), shift.apply(deleted.previous()));
        };
    }

    private Entry shifted(Entry e) {
        return new Entry(
                e.key(),
                e.value(),
                e.createRevision() + offset,
                e.modRevision() + offset,
                e.version(),
                e.lease());
    }

    private Outcome shifted(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Committed(long revision) -> new Outcome.Committed(revision + offset);
            case Outcome.Refused(Compare failed, Optional<Entry> current) ->
                    new Outcome.Refused(shifted(failed), current.map(this::shifted));
            case Outcome.Made(long revision, Finding.Chosen chosen) ->
                    new Outcome.Made(revision + offset, shifted(chosen));
            case Outcome.Fenced _,
                    Outcome.OverLimit _,
                    Outcome.NoLease _,
                    Outcome.LeaseTaken _,
                    Outcome.Missing _,
                    Outcome.NoSpace _ ->
                    normal(outcome);
        };
    }

    private Finding.Chosen shifted(Finding.Chosen chosen) {
        return new Finding.Chosen(
                chosen.held(), chosen.findings().stream().map(this::shifted).toList());
    }

    private Finding shifted(Finding finding) {
        return switch (finding) {
            case Finding.Found(List<Entry> entries, long count) ->
                    new Finding.Found(entries.stream().map(this::shifted).toList(), count);
            case Finding.Written(Optional<Entry> previous) ->
                    new Finding.Written(previous.map(this::shifted));
            case Finding.Deleted(long count, List<Entry> previous) ->
                    new Finding.Deleted(count, previous.stream().map(this::shifted).toList());
            case Finding.Chosen chosen -> shifted(chosen);
        };
    }

    /** Terms differ from store to store. */
    private static Outcome normal(Outcome outcome) {
        return outcome instanceof Outcome.Fenced ? new Outcome.Fenced(0) : outcome;
    }

    private Command shifted(Command command) {
        return switch (command) {
            case Txn(List<Compare> when, List<Op> then, OptionalLong fence) ->
                    new Txn(when.stream().map(this::shifted).toList(), then, fence);
            case Choice choice -> shifted(choice);
            case Command.Compact(long revision) -> new Command.Compact(revision + offset);
            case Command.Grant _,
                    Command.Renew _,
                    Command.End _,
                    Command.Limit _,
                    Command.Alarm _,
                    Command.Checkpoint _,
                    Command.Witness _ ->
                    command;
        };
    }

    private Compare shifted(Compare compare) {
        return compare instanceof Compare.ModRevision(Key key, long revision)
                ? new Compare.ModRevision(key, revision + offset)
                : compare;
    }

    private Choice shifted(Choice choice) {
        return new Choice(
                choice.when().stream().map(this::shifted).toList(),
                choice.then().stream().map(this::shifted).toList(),
                choice.otherwise().stream().map(this::shifted).toList());
    }

    private Step shifted(Step step) {
        return step instanceof Step.Choose(Choice choice) ? new Step.Choose(shifted(choice)) : step;
    }

    private Condition shifted(Condition condition) {
        Condition.Wanted wanted =
                switch (condition.wanted()) {
                    case Condition.Wanted.Created(long revision) when revision > 0 ->
                            new Condition.Wanted.Created(revision + offset);
                    case Condition.Wanted.Modified(long revision) when revision > 0 ->
                            new Condition.Wanted.Modified(revision + offset);
                    default -> condition.wanted();
                };
        return new Condition(condition.range(), condition.relation(), wanted);
    }
}
