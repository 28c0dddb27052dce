package dev.quilla.store.log;

import dev.quilla.store.Command;
import dev.quilla.store.Compare;
import dev.quilla.store.Entry;
import dev.quilla.store.Op;
import dev.quilla.store.Space;
import dev.quilla.store.Txn;
import dev.quilla.store.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * Removes entries of a range that are too old, and the oldest of one that holds more than it may.
 * Used by one thread.
 */
final class Trim {

    /** More is removed by the next look. */
    private static final int REMOVED_MAX = 16 * Txn.OPS_MAX;

    private final Bounds.Cap cap;
    private final Ages ages;
    private long seen = -1;
    private long old;
    private long oldSeen;

    Trim(Bounds.Cap cap) {
        this.cap = cap;
        this.ages = new Ages(cap.age());
    }

    /** Lets time pass, also while this member does not lead. */
    void pass(View view, long nowNanos) {
        old = ages.look(view.revision(), nowNanos);
    }

    /** What to propose; nothing where nothing has changed since the last look. */
    List<Command> look(View view, long term) {
        if (view.revision() == seen && old == oldSeen) {
            return List.of();
        }
        seen = view.revision();
        oldSeen = old;
        List<Entry> entries = view.range(cap.range(), 0);
        long bytes = entries.stream().mapToLong(Space::of).sum();
        if (entries.size() <= cap.entriesMax() && bytes <= cap.bytesMax()) {
            return removals(
                    entries.stream()
                            .filter(e -> e.modRevision() <= old)
                            .limit(REMOVED_MAX)
                            .toList(),
                    term);
        }
        return removals(oldest(entries, bytes), term);
    }

    /** A tenth more than must be, so that not every new entry costs a removal. */
    private List<Entry> oldest(List<Entry> entries, long bytes) {
        List<Entry> byAge = new ArrayList<>(entries);
        byAge.sort(Comparator.comparingLong(Entry::modRevision));
        List<Entry> gone = new ArrayList<>();
        long left = bytes;
        for (Entry entry : byAge) {
            boolean fits =
                    entries.size() - gone.size() <= cap.entriesMax() - cap.entriesMax() / 10
                            && left <= cap.bytesMax() - cap.bytesMax() / 10;
            if ((fits && entry.modRevision() > old) || gone.size() == REMOVED_MAX) {
                break;
            }
            gone.add(entry);
            left -= Space.of(entry);
        }
        return gone;
    }

    /** What was written meanwhile is not old any more, and stays with its whole batch. */
    private static List<Command> removals(List<Entry> entries, long term) {
        List<Command> commands = new ArrayList<>();
        for (int from = 0; from < entries.size(); from += Txn.OPS_MAX) {
            List<Entry> part = entries.subList(from, Math.min(entries.size(), from + Txn.OPS_MAX));
            commands.add(
                    new Txn(
                            part.stream()
                                    .<Compare>map(
                                            e -> new Compare.ModRevision(e.key(), e.modRevision()))
                                    .toList(),
                            part.stream().<Op>map(e -> new Op.Delete(e.key())).toList(),
                            OptionalLong.of(term)));
        }
        return commands;
    }
}
