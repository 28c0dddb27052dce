package dev.quilla.store.mvcc;

import dev.quilla.store.Command;
import dev.quilla.store.CompactedException;
import dev.quilla.store.Entry;
import dev.quilla.store.Events;
import dev.quilla.store.Key;
import dev.quilla.store.KeyRange;
import dev.quilla.store.Lease;
import dev.quilla.store.LeaseId;
import dev.quilla.store.Outcome;
import dev.quilla.store.Space;
import dev.quilla.store.View;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * All entries, leases and the recent history, at one revision. Immutable: applying a command makes
 * another state, so whoever holds one reads undisturbed.
 */
public final class MvccState implements View {

    private final long revision;
    private final SortedTree<Key, Entry> live;
    private final SortedTree<LeaseId, HeldLease> leases;
    private final History history;
    private final Space space;
    private final long digest;

    MvccState(
            long revision,
            SortedTree<Key, Entry> live,
            SortedTree<LeaseId, HeldLease> leases,
            History history,
            Space space,
            long digest) {
        this.space = space;
        this.revision = revision;
        this.live = live;
        this.leases = leases;
        this.history = history;
        this.digest = digest;
    }

    /** What a command makes of a state. */
    public record Applied(MvccState state, Outcome outcome) {}

    /** Nothing, at revision {@link View#FIRST}. */
    public static MvccState empty() {
        return new MvccState(
                FIRST,
                SortedTree.by(Entry::key),
                SortedTree.by(HeldLease::id),
                History.startingAt(FIRST, SortedTree.by(Entry::key)),
                Space.NONE,
                0);
    }

    /**
     * Applies a command.
     *
     * @param index of the log entry that carries it
     * @param term of that log entry
     */
    public Applied apply(long index, long term, Command command) {
        return new Transition(this, index, term).apply(command);
    }

    SortedTree<Key, Entry> live() {
        return live;
    }

    SortedTree<LeaseId, HeldLease> leases() {
        return leases;
    }

    History history() {
        return history;
    }

    @Override
    public long revision() {
        return revision;
    }

    /**
     * A number that follows from everything that ever changed this state: members whose states
     * differ after the same log entry have diverged.
     */
    public long digest() {
        return digest;
    }

    /** How much the entries and leases take, and may. */
    public Space space() {
        return space;
    }

    /** This state, after it has refused a command for want of space. */
    MvccState refused() {
        return new MvccState(revision, live, leases, history, space.refused(), digest);
    }

    /** The oldest revision that can be asked for; all after it are kept. */
    public long base() {
        return history.base();
    }

    /** How many entries there are. */
    public int size() {
        return live.size();
    }

    /** A lease, if there is such a one. */
    public Optional<Lease> lease(LeaseId id) {
        return Optional.ofNullable(leases.get(id)).map(HeldLease::told);
    }

    /** Visits each lease's number, time to live and last renewal; its keys are left out. */
    public void forEachLease(Consumer<Lease> visitor) {
        leases.forEach(
                l -> visitor.accept(new Lease(l.id(), l.timeToLive(), l.renewal(), List.of())));
    }

    /** Where to compact so that history keeps no more than this; empty if it is not over. */
    public OptionalLong historyExcess(int eventsMax, long bytesMax) {
        return history.excess(eventsMax, bytesMax);
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
        return count(live, range);
    }

    /**
     * The state at an earlier revision that is still kept.
     *
     * @throws CompactedException if it is not
     */
    public View at(long wanted) {
        return wanted == revision ? this : new Entries(wanted, history.at(wanted));
    }

    /** The texts of the keys that changed after a revision. */
    NavigableSet<String> keysChangedAfter(long after) {
        return history.keysChangedAfter(after);
    }

    /**
     * Changes of a range after a revision; not all of them where there are many.
     *
     * @throws CompactedException if some of them are no longer kept
     */
    public Events eventsAfter(long after, KeyRange range) {
        return history.eventsAfter(after, revision, range);
    }

    /** Entries as a state that is still being made has them. */
    static View view(long revision, SortedTree<Key, Entry> entries) {
        return new Entries(revision, entries);
    }

    private static List<Entry> range(SortedTree<Key, Entry> tree, KeyRange range, int limit) {
        List<Entry> entries = new ArrayList<>();
        tree.forEachFrom(
                first(range.start()),
                entry -> {
                    if (!range.contains(entry.key())) {
                        return false;
                    }
                    entries.add(entry);
                    return limit == 0 || entries.size() < limit;
                });
        return entries;
    }

    private static long count(SortedTree<Key, Entry> tree, KeyRange range) {
        return range.start().compareTo(range.end()) >= 0
                ? 0
                : (long) tree.rank(first(range.end())) - tree.rank(first(range.start()));
    }

    /** Of the keys from a text on, the first that there could be. */
    private static Key first(String text) {
        return new Key(text.isEmpty() ? "\0" : text);
    }

    private record Entries(long revision, SortedTree<Key, Entry> entries) implements View {

        @Override
        public Optional<Entry> get(Key key) {
            return Optional.ofNullable(entries.get(key));
        }

        @Override
        public List<Entry> range(KeyRange range, int limit) {
            return MvccState.range(entries, range, limit);
        }

        @Override
        public long count(KeyRange range) {
            return MvccState.count(entries, range);
        }
    }
}
