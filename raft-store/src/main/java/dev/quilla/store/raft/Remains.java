package dev.quilla.store.raft;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * What a stopped member has.
 *
 * @param member its name
 * @param term the term of its last log entry
 * @param index its last log entry
 * @param revision of the state after that entry
 * @param entries how many keys that state has
 * @param digest of that state
 * @param lastWritten when its log was last written to
 * @param members where the members are of whom its log knows, itself included, by name
 * @param damage what of its log can't be read; empty if all can
 */
public record Remains(
        String member,
        long term,
        long index,
        long revision,
        long entries,
        long digest,
        Instant lastWritten,
        List<RaftStoreConfig.Member> members,
        String damage) {

    public Remains {
        members = List.copyOf(members);
    }

    /** Whether another member has what this one lacks. */
    public boolean isBehind(Remains other) {
        return Comparator.comparingLong(Remains::term)
                        .thenComparingLong(Remains::index)
                        .compare(this, other)
                < 0;
    }
}
