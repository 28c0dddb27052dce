package dev.quilla.store.simulation;

import dev.quilla.store.Command;
import java.util.ArrayList;
import java.util.List;

/**
 * What a member has on disk: a term, a snapshot, and log entries after it, the last of which may
 * not have been synced and may be gone after a crash.
 */
final class SimulatedDisk {

    record LogEntry(long term, List<Command> commands) {}

    long term;
    long base;
    long baseTerm;
    byte[] snapshot = {};
    long synced;
    final List<LogEntry> entries = new ArrayList<>();

    /** How much longer than usual it takes. */
    long slowMillis;

    /** Whether the next write fails, which ends the member. */
    boolean fails;

    private byte[] unharmed = {};

    long last() {
        return base + entries.size();
    }

    long termAt(long index) {
        return index == base ? baseTerm : get(index).term();
    }

    LogEntry get(long index) {
        return entries.get((int) (index - base - 1));
    }

    List<LogEntry> after(long index, int limit) {
        int from = (int) (index - base);
        return List.copyOf(entries.subList(from, Math.min(entries.size(), from + limit)));
    }

    void append(LogEntry entry) {
        entries.add(entry);
    }

    void truncateAfter(long index) {
        entries.subList((int) (index - base), entries.size()).clear();
        synced = Math.min(synced, index);
    }

    /** A snapshot of the state at an index; the log before it goes. */
    void keep(long index, long termOfIndex, byte[] bytes) {
        boolean inside = index <= last() && index >= base && termAt(index) == termOfIndex;
        if (inside) {
            entries.subList(0, (int) (index - base)).clear();
        } else {
            entries.clear();
        }
        base = index;
        baseTerm = termOfIndex;
        snapshot = bytes;
        synced = inside ? Math.max(synced, index) : index;
    }

    /** The power is cut: of what was not synced, some may have reached the disk. */
    void tear(World world) {
        long kept = synced + world.below((int) (last() - synced) + 1);
        truncateAfter(kept);
        synced = kept;
    }

    /** A byte of the snapshot changes. */
    void rot(World world) {
        if (snapshot.length > 0 && unharmed.length == 0) {
            unharmed = snapshot;
            snapshot = snapshot.clone();
            snapshot[world.below(snapshot.length)] ^= (byte) (1 << world.below(8));
        }
    }

    /** The snapshot is what it was. */
    void mend() {
        if (unharmed.length > 0) {
            snapshot = unharmed;
            unharmed = new byte[] {};
        }
    }

    boolean isAtLeast(SimulatedDisk other) {
        long mine = termAt(last());
        long theirs = other.termAt(other.last());
        return mine > theirs || (mine == theirs && last() >= other.last());
    }
}
