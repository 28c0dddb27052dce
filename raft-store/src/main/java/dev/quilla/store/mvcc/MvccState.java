package dev.quilla.store.mvcc;

import dev.quilla.store.Bytes;
import dev.quilla.store.CompactedException;
import dev.quilla.store.Compare;
import dev.quilla.store.Entry;
import dev.quilla.store.Event;
import dev.quilla.store.Events;
import dev.quilla.store.Key;
import dev.quilla.store.KeyRange;
import dev.quilla.store.Op;
import dev.quilla.store.Outcome;
import dev.quilla.store.Txn;
import dev.quilla.store.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All entries and the recent history, at one revision. Immutable: applying a transaction makes
 * another state, so whoever holds one reads undisturbed.
 *
 * <p>History is bounded by count and by bytes, by the same rule on every member, so members that
 * applied the same transactions keep the same history.
 */
public final class MvccState implements View {

    /** How many revisions of history are kept. */
    public static final int HISTORY_MAX = 20_000;

    /** How many bytes of superseded values the history keeps alive, at the most. */
    public static final long HISTORY_BYTES_MAX = 64L << 20;

    /** How many events one read of the history gives. */
    private static final int EVENTS_MAX = 500;

    private final long revision;
    private final SortedTree<Key, Entry> live;
    private final SortedTree<Long, Change> history;
    private final long historyBytes;

    /** The revision before the first of the history: the oldest state that can be asked for. */
    private final long base;

    private MvccState(
            long revision,
            SortedTree<Key, Entry> live,
            SortedTree<Long, Change> history,
            long historyBytes,
            long base) {
        this.revision = revision;
        this.live = live;
        this.history = history;
        this.historyBytes = historyBytes;
        this.base = base;
    }

    /** What a transaction makes of a state. */
    public record Applied(MvccState state, Outcome outcome) {}

    /** Nothing, at revision 0. */
    public static MvccState empty() {
        return new MvccState(0, SortedTree.empty(), SortedTree.empty(), 0, 0);
    }

    /** A state without history; snapshots start from one. */
    static MvccState of(long revision, Iterable<Entry> entries) {
        SortedTree<Key, Entry> live = SortedTree.empty();
        for (Entry entry : entries) {
            live = live.with(entry.key(), entry);
        }
        return new MvccState(revision, live, SortedTree.empty(), 0, revision);
    }

    /**
     * Applies a transaction.
     *
     * @param term the term of the log entry that carries it
     */
    public Applied apply(long term, Txn txn) {
        if (txn.fenceTerm().isPresent() && txn.fenceTerm().getAsLong() != term) {
            return new Applied(this, new Outcome.Fenced(term));
        }
        for (Compare compare : txn.when()) {
            Optional<Entry> current = get(compare.key());
            if (!holds(compare, current)) {
                return new Applied(this, new Outcome.Refused(compare, current));
            }
        }
        long next = revision + 1;
        List<Event> events = new ArrayList<>();
        SortedTree<Key, Entry> changed = live;
        for (Op op : txn.then()) {
            Optional<Entry> before = Optional.ofNullable(changed.get(op.key()));
            switch (op) {
                case Op.Put(Key key, Bytes value) -> {
                    long created = before.map(Entry::createRevision).orElse(next);
                    Entry entry = new Entry(key, value, created, next);
                    changed = changed.with(key, entry);
                    events.add(new Event.Put(entry, before));
                }
                case Op.Delete(Key key) -> {
                    if (before.isPresent()) {
                        changed = changed.without(key);
                        events.add(new Event.Deleted(next, before.get()));
                    }
                }
            }
        }
        return events.isEmpty()
                ? new Applied(this, new Outcome.Committed(revision))
                : new Applied(after(next, events, changed), new Outcome.Committed(next));
    }

    /** The state after one more revision, with history trimmed to its bounds. */
    MvccState after(long next, List<Event> events, SortedTree<Key, Entry> changed) {
        long bytes = 0;
        for (Event event : events) {
            bytes +=
                    switch (event) {
                        case Event.Put put -> put.previous().map(e -> e.value().length()).orElse(0);
                        case Event.Deleted deleted -> deleted.previous().value().length();
                    };
        }
        SortedTree<Long, Change> kept =
                history.with(next, new Change(next, List.copyOf(events), changed, bytes));
        long keptBytes = historyBytes + bytes;
        long oldest = base;
        while (kept.size() > HISTORY_MAX || (keptBytes > HISTORY_BYTES_MAX && kept.size() > 1)) {
            long first = java.util.Objects.requireNonNull(kept.firstKey());
            keptBytes -= java.util.Objects.requireNonNull(kept.get(first)).bytes();
            kept = kept.without(first);
            oldest = first;
        }
        return new MvccState(next, changed, kept, keptBytes, oldest);
    }

    SortedTree<Key, Entry> live() {
        return live;
    }

    @Override
    public long revision() {
        return revision;
    }

    /** The oldest revision whose successors are all kept. */
    public long base() {
        return base;
    }

    /** How many entries there are. */
    public int size() {
        return live.size();
    }

    @Override
    public Optional<Entry> get(Key key) {
        return Optional.ofNullable(live.get(key));
    }

    @Override
    public List<Entry> range(KeyRange range, int limit) {
        return range(live, range, limit);
    }

    @Override
    public long count(KeyRange range) {
        return range.start().compareTo(range.end()) >= 0
                ? 0
                : (long) live.rank(new Key(range.end())) - live.rank(firstOf(range));
    }

    /**
     * The state at an earlier revision that is still kept.
     *
     * @throws CompactedException if it is not
     */
    public View at(long wanted) {
        if (wanted == revision) {
            return this;
        }
        Change change = wanted > revision ? null : history.get(wanted);
        if (change == null) {
            throw new CompactedException(
                    "revision " + wanted + " is not kept: history reaches back to " + (base + 1));
        }
        return new PastView(change);
    }

    /**
     * Changes of a range after a revision; not all of them where there are many.
     *
     * @throws CompactedException if some of them are no longer kept
     */
    public Events eventsAfter(long after, KeyRange range) {
        if (after < base) {
            throw new CompactedException(
                    "changes after revision "
                            + after
                            + " are not kept: history starts after "
                            + base);
        }
        List<Event> events = new ArrayList<>();
        long[] reached = {Math.max(after, revision)};
        history.forEachFrom(
                after + 1,
                change -> {
                    for (Event event : change.events()) {
                        if (range.contains(event.key())) {
                            events.add(event);
                        }
                    }
                    if (events.size() >= EVENTS_MAX) {
                        reached[0] = change.revision();
                        return false;
                    }
                    return true;
                });
        return new Events(events, reached[0]);
    }

    /** Visits all kept changes, oldest first; snapshots write them. */
    void forEachChange(java.util.function.Consumer<Change> visitor) {
        history.forEach(visitor);
    }

    /** The entries at {@link #base}: what history starts from. */
    SortedTree<Key, Entry> atBase() {
        SortedTree<Key, Entry> tree = live;
        List<Change> newestFirst = new ArrayList<>();
        history.forEach(newestFirst::addFirst);
        for (Change change : newestFirst) {
            for (Event event : change.events().reversed()) {
                tree =
                        switch (event) {
                            case Event.Put put ->
                                    put.previous().isPresent()
                                            ? tree.with(put.key(), put.previous().get())
                                            : tree.without(put.key());
                            case Event.Deleted deleted ->
                                    tree.with(deleted.key(), deleted.previous());
                        };
            }
        }
        return tree;
    }

    private static boolean holds(Compare compare, Optional<Entry> current) {
        return switch (compare) {
            case Compare.Absent ignored -> current.isEmpty();
            case Compare.Present ignored -> current.isPresent();
            case Compare.ModRevision(Key ignored, long wanted) ->
                    current.isPresent() && current.get().modRevision() == wanted;
        };
    }

    private static Key firstOf(KeyRange range) {
        return new Key(range.start().isEmpty() ? "\0" : range.start());
    }

    private static List<Entry> range(SortedTree<Key, Entry> tree, KeyRange range, int limit) {
        List<Entry> entries = new ArrayList<>();
        tree.forEachFrom(
                firstOf(range),
                entry -> {
                    if (!range.contains(entry.key())) {
                        return false;
                    }
                    entries.add(entry);
                    return limit == 0 || entries.size() < limit;
                });
        return entries;
    }

    private record PastView(Change change) implements View {

        @Override
        public long revision() {
            return change.revision();
        }

        @Override
        public Optional<Entry> get(Key key) {
            return Optional.ofNullable(change.after().get(key));
        }

        @Override
        public List<Entry> range(KeyRange range, int limit) {
            return MvccState.range(change.after(), range, limit);
        }

        @Override
        public long count(KeyRange range) {
            return (long) change.after().rank(new Key(range.end()))
                    - change.after().rank(firstOf(range));
        }
    }
}
