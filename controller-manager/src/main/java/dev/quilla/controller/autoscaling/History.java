package dev.quilla.controller.autoscaling;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.IntStream;

/**
 * What an autoscaler proposed and did lately. Lives as long as its leader: a new one begins with
 * the number of replicas that it finds. Used by one thread at a time.
 */
final class History {

    /** The longest window or period that an autoscaler may name. */
    private static final Duration KEPT = Duration.ofHours(1);

    private static final int ENTRIES_MAX = 1000;

    private record Entry(Instant at, int number) {}

    private final Deque<Entry> proposals = new ArrayDeque<>();
    private final Deque<Entry> changes = new ArrayDeque<>();

    void propose(Instant at, int replicas) {
        add(proposals, new Entry(at, replicas));
    }

    /** Whether anything was proposed yet. */
    boolean isNew() {
        return proposals.isEmpty();
    }

    void change(Instant at, int replicas) {
        add(changes, new Entry(at, replicas));
    }

    IntStream proposals(Instant since) {
        return proposals.stream().filter(e -> e.at().isAfter(since)).mapToInt(Entry::number);
    }

    int changedSince(Instant since) {
        return changes.stream().filter(e -> e.at().isAfter(since)).mapToInt(Entry::number).sum();
    }

    private static void add(Deque<Entry> entries, Entry entry) {
        entries.addLast(entry);
        while (entries.size() > ENTRIES_MAX
                || entries.getFirst().at().isBefore(entry.at().minus(KEPT))) {
            entries.removeFirst();
        }
    }
}
