package dev.quilla.store.mvcc;

import dev.quilla.store.Contents;
import dev.quilla.store.Entry;
import dev.quilla.store.Key;
import dev.quilla.store.KeyRange;
import dev.quilla.store.Lease;
import dev.quilla.store.LeaseId;
import dev.quilla.store.Space;
import dev.quilla.store.View;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** The contents of a store as bytes: its leases, then its entries in their order. */
public final class ContentsCodec {

    /**
     * By how much revisions rise where a state may lack the newest writes: more than a cluster
     * writes from one backup to the next, or than a member that was left behind can lack. Whoever
     * watches from a revision that this state never had is told so.
     */
    public static final long REVISIONS_MORE = 1_000_000_000;

    /** Entries are written so many at a time, to need little memory. */
    private static final int PAGE = 1_000;

    private ContentsCodec() {}

    /** Writes contents; answers how many entries there were. */
    public static long write(Contents contents, DataOutputStream out) throws IOException {
        View view = contents.view();
        out.writeLong(view.revision());
        out.writeInt(contents.leases().size());
        for (Lease lease : contents.leases()) {
            out.writeLong(lease.id().number());
            out.writeLong(lease.timeToLive().toMillis());
        }
        long count = view.count(KeyRange.ALL);
        out.writeLong(count);
        EntryWriter entries = new EntryWriter(out);
        List<Entry> page = view.range(KeyRange.ALL, PAGE);
        while (!page.isEmpty()) {
            for (Entry entry : page) {
                entries.write(entry);
            }
            page = view.range(KeyRange.ALL.after(page.getLast().key()), PAGE);
        }
        return count;
    }

    /**
     * Reads contents, entry by entry.
     *
     * @param leases given each lease, before all entries
     * @param entries given each entry, in the order of the keys
     * @return the revision
     * @throws IOException if they make no sense
     */
    public static long read(DataInputStream in, Consumer<Lease> leases, Consumer<Entry> entries)
            throws IOException {
        long revision = in.readLong();
        for (int left = in.readInt(); left > 0; left--) {
            leases.accept(lease(in.readLong(), in.readLong()));
        }
        EntryReader reader = new EntryReader(in);
        String last = "";
        for (long left = in.readLong(); left > 0; left--) {
            Entry entry = reader.read();
            if (entry.key().text().compareTo(last) <= 0) {
                throw new IOException("its keys are not in order at " + entry.key());
            }
            if (entry.modRevision() > revision || entry.createRevision() > entry.modRevision()) {
                throw new IOException("key " + entry.key() + " is from after its revision");
            }
            last = entry.key().text();
            entries.accept(entry);
        }
        return revision;
    }

    /** The contents of a state at a revision that nobody has seen, without history. */
    public static MvccState raised(MvccState state) {
        Builder builder = new Builder();
        state.forEachLease(builder::add);
        List<Entry> page = state.range(KeyRange.ALL, PAGE);
        while (!page.isEmpty()) {
            page.forEach(builder::add);
            page = state.range(KeyRange.ALL.after(page.getLast().key()), PAGE);
        }
        return builder.at(Math.addExact(state.revision(), REVISIONS_MORE));
    }

    private static Lease lease(long number, long timeToLiveMillis) throws IOException {
        if (number <= 0 || timeToLiveMillis <= 0) {
            throw new IOException("it has a lease without a number or a time to live");
        }
        return new Lease(new LeaseId(number), Duration.ofMillis(timeToLiveMillis), 0, List.of());
    }

    /**
     * Puts contents together to a state for a new group of members: entries are as they were, every
     * lease has its full time to live, and no history is kept.
     */
    public static final class Builder {

        private SortedTree<Key, Entry> live = SortedTree.by(Entry::key);
        private SortedTree<LeaseId, HeldLease> leases = SortedTree.by(HeldLease::id);
        private long digest;

        /** Adds a lease. */
        public void add(Lease lease) {
            HeldLease held = new HeldLease(lease.id(), lease.timeToLive(), 0);
            leases = leases.with(held);
            digest = Digest.after(digest, held.id().number());
        }

        /** Adds an entry, after its lease. */
        public void add(Entry entry) {
            live = live.with(entry);
            leases = Transition.attached(leases, entry);
            digest = Digest.after(digest, entry);
        }

        /** The state at a revision; every older one is compacted. */
        public MvccState at(long revision) {
            return new MvccState(
                    revision,
                    live,
                    leases,
                    History.startingAt(revision, live),
                    new Space(SnapshotCodec.bytes(live, leases), 0, Space.Alarm.OFF),
                    digest);
        }
    }
}
