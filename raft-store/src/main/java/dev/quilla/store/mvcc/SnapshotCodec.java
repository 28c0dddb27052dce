package dev.quilla.store.mvcc;

import dev.quilla.store.Entry;
import dev.quilla.store.Event;
import dev.quilla.store.Key;
import dev.quilla.store.LeaseId;
import dev.quilla.store.Space;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A state as bytes: a magic number, the digest, the entries at the start of history, the history,
 * and the leases. Whose keys those are is in the entries.
 */
final class SnapshotCodec {

    /** "QUILLA"; the lowest two bytes are the version. */
    private static final long MAGIC = 0x5155494C4C410000L;

    /** Version 3 knew nothing of space. */
    private static final int WITHOUT_SPACE = 3;

    private static final int VERSION = 4;

    private SnapshotCodec() {}

    static void write(MvccState state, DataOutputStream out) throws IOException {
        out.writeLong(MAGIC | VERSION);
        out.writeLong(state.space().bytesMax());
        out.writeByte(state.space().alarm().ordinal());
        out.writeLong(state.digest());
        out.writeLong(state.base());
        EntryWriter entries = new EntryWriter(out);
        writeEntries(state.history().start(), out, entries);
        writeHistory(state.history(), out, entries);
        writeLeases(state.leases(), out);
    }

    static MvccState read(DataInputStream in) throws IOException {
        int version = version(in.readLong());
        long bytesMax = version == WITHOUT_SPACE ? 0 : in.readLong();
        int alarm = version == WITHOUT_SPACE ? 0 : in.readByte();
        if (alarm < 0 || alarm >= Space.Alarm.values().length) {
            throw new IOException("it has an unknown alarm");
        }
        long digest = in.readLong();
        long revision = in.readLong();
        EntryReader entries = new EntryReader(in);
        SortedTree<Key, Entry> live = readEntries(in, entries);
        History history = History.startingAt(revision, live);
        for (int left = in.readInt(); left > 0; left--) {
            Change change = readChange(in, entries, live);
            history = history.with(change);
            live = change.after();
            revision = change.revision();
        }
        SortedTree<LeaseId, HeldLease> leases = readLeases(in, live);
        Space space = new Space(bytes(live, leases), bytesMax, Space.Alarm.values()[alarm]);
        return new MvccState(revision, live, leases, history, space, digest);
    }

    /** Of a form that this version knows; that of others is no damage. */
    private static int version(long magic) throws IOException {
        int version = (int) (magic & 0xFFFF);
        if ((magic & ~0xFFFFL) != MAGIC) {
            throw new IOException("it does not begin like a snapshot");
        }
        if (version != VERSION && version != WITHOUT_SPACE) {
            throw new OtherVersionException(version, VERSION);
        }
        return version;
    }

    /** What entries and leases take. */
    static long bytes(SortedTree<Key, Entry> live, SortedTree<LeaseId, HeldLease> leases) {
        long[] sum = {(long) leases.size() * Space.OVERHEAD};
        live.forEach(entry -> sum[0] += Space.of(entry));
        return sum[0];
    }

    private static void writeEntries(
            SortedTree<Key, Entry> tree, DataOutputStream out, EntryWriter writer)
            throws IOException {
        out.writeInt(tree.size());
        List<Entry> entries = new ArrayList<>(tree.size());
        tree.forEach(entries::add);
        for (Entry entry : entries) {
            writer.write(entry);
        }
    }

    private static SortedTree<Key, Entry> readEntries(DataInputStream in, EntryReader reader)
            throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            entries.add(reader.read());
        }
        return SortedTree.ofSorted(entries, Entry::key);
    }

    private static void writeHistory(History history, DataOutputStream out, EntryWriter entries)
            throws IOException {
        List<Change> changes = new ArrayList<>();
        history.forEach(changes::add);
        out.writeInt(changes.size());
        for (Change change : changes) {
            out.writeLong(change.revision());
            out.writeInt(change.events().size());
            for (Event event : change.events()) {
                writeEvent(event, out, entries);
            }
        }
    }

    private static void writeEvent(Event event, DataOutputStream out, EntryWriter entries)
            throws IOException {
        switch (event) {
            case Event.Put put -> {
                out.writeBoolean(true);
                entries.write(put.entry());
            }
            case Event.Deleted deleted -> {
                out.writeBoolean(false);
                out.writeUTF(deleted.key().text());
            }
        }
    }

    private static Change readChange(
            DataInputStream in, EntryReader entries, SortedTree<Key, Entry> before)
            throws IOException {
        long revision = in.readLong();
        SortedTree<Key, Entry> live = before;
        List<Event> events = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            Event event = readEvent(in, entries, revision, live);
            events.add(event);
            live =
                    event instanceof Event.Put put
                            ? live.with(put.entry())
                            : live.without(event.key());
        }
        return Change.of(revision, events, live);
    }

    private static Event readEvent(
            DataInputStream in, EntryReader entries, long revision, SortedTree<Key, Entry> live)
            throws IOException {
        if (in.readBoolean()) {
            Entry entry = entries.read();
            return new Event.Put(entry, Optional.ofNullable(live.get(entry.key())));
        }
        Entry previous = live.get(new Key(in.readUTF()));
        if (previous == null) {
            throw new IOException("it removes a key that is not there");
        }
        return new Event.Deleted(revision, previous);
    }

    private static void writeLeases(SortedTree<LeaseId, HeldLease> tree, DataOutputStream out)
            throws IOException {
        List<HeldLease> leases = new ArrayList<>();
        tree.forEach(leases::add);
        out.writeInt(leases.size());
        for (HeldLease lease : leases) {
            out.writeLong(lease.id().number());
            out.writeLong(lease.timeToLive().toMillis());
            out.writeLong(lease.renewal());
        }
    }

    private static SortedTree<LeaseId, HeldLease> readLeases(
            DataInputStream in, SortedTree<Key, Entry> live) throws IOException {
        List<SortedTree<LeaseId, HeldLease>> tree =
                new ArrayList<>(List.of(SortedTree.by(HeldLease::id)));
        for (int left = in.readInt(); left > 0; left--) {
            LeaseId id = new LeaseId(in.readLong());
            HeldLease lease = new HeldLease(id, Duration.ofMillis(in.readLong()), in.readLong());
            tree.set(0, tree.getFirst().with(lease));
        }
        live.forEach(entry -> {
            if (entry.lease().isSome()) {
                tree.set(0, Transition.attached(tree.getFirst(), entry));
            }
        });
        return tree.getFirst();
    }
}
