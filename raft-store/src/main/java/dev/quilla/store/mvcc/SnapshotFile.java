package dev.quilla.store.mvcc;

import dev.quilla.store.Entry;
import dev.quilla.store.Event;
import dev.quilla.store.Key;
import dev.quilla.store.StoreException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * A state in a file: a magic number, the entries at the start of history, the history, and a
 * checksum of all that. Written beside its place, forced to disk, then renamed.
 */
public final class SnapshotFile {

    private static final long MAGIC = 0x5155494C4C410001L; // "QUILLA", version 1

    private SnapshotFile() {}

    /** Writes a state. */
    public static void write(MvccState state, Path file) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try (FileOutputStream raw = new FileOutputStream(temporary.toFile())) {
            CheckedOutputStream checked =
                    new CheckedOutputStream(new BufferedOutputStream(raw, 1 << 16), new CRC32C());
            DataOutputStream out = new DataOutputStream(checked);
            writeBody(state, out);
            out.writeLong(checked.getChecksum().getValue());
            out.flush();
            raw.getFD().sync();
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Reads a state.
     *
     * @throws StoreException if the file is damaged
     */
    public static MvccState read(Path file) {
        try (CheckedInputStream checked =
                        new CheckedInputStream(
                                new BufferedInputStream(Files.newInputStream(file), 1 << 16),
                                new CRC32C());
                DataInputStream in = new DataInputStream(checked)) {
            MvccState state = readBody(in);
            long expected = checked.getChecksum().getValue();
            if (in.readLong() != expected) {
                throw damaged(file, "its checksum does not fit");
            }
            return state;
        } catch (EOFException e) {
            throw damaged(file, "it ends too early");
        } catch (IOException | RuntimeException e) {
            throw e instanceof StoreException known
                    ? known
                    : damaged(file, String.valueOf(e.getMessage()));
        }
    }

    private static void writeBody(MvccState state, DataOutputStream out) throws IOException {
        SortedTree<Key, Entry> base = state.atBase();
        List<Change> changes = new ArrayList<>();
        state.forEachChange(changes::add);
        out.writeLong(MAGIC);
        out.writeLong(state.base());
        out.writeInt(base.size());
        List<Entry> entries = new ArrayList<>(base.size());
        base.forEach(entries::add);
        for (Entry entry : entries) {
            writeBytes(out, TxnCodec.encode(entry));
        }
        out.writeInt(changes.size());
        for (Change change : changes) {
            out.writeLong(change.revision());
            out.writeInt(change.events().size());
            for (Event event : change.events()) {
                switch (event) {
                    case Event.Put put -> {
                        out.writeBoolean(true);
                        writeBytes(out, TxnCodec.encode(put.entry()));
                    }
                    case Event.Deleted deleted -> {
                        out.writeBoolean(false);
                        out.writeUTF(deleted.key().text());
                    }
                }
            }
        }
    }

    private static MvccState readBody(DataInputStream in) throws IOException {
        if (in.readLong() != MAGIC) {
            throw new IOException("it is not a snapshot of this version");
        }
        long base = in.readLong();
        int count = in.readInt();
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(TxnCodec.decodeEntry(readBytes(in)));
        }
        MvccState state = MvccState.of(base, entries);
        int changes = in.readInt();
        for (int i = 0; i < changes; i++) {
            state = readChange(in, state);
        }
        return state;
    }

    private static MvccState readChange(DataInputStream in, MvccState before) throws IOException {
        long revision = in.readLong();
        int count = in.readInt();
        SortedTree<Key, Entry> live = before.live();
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (in.readBoolean()) {
                Entry entry = TxnCodec.decodeEntry(readBytes(in));
                events.add(new Event.Put(entry, Optional.ofNullable(live.get(entry.key()))));
                live = live.with(entry.key(), entry);
            } else {
                Key key = new Key(in.readUTF());
                Entry previous = live.get(key);
                if (previous == null) {
                    throw new IOException("it removes a key that is not there");
                }
                events.add(new Event.Deleted(revision, previous));
                live = live.without(key);
            }
        }
        return before.after(revision, events, live);
    }

    private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > dev.quilla.store.Store.VALUE_BYTES_MAX * 2) {
            throw new IOException("it has an entry of " + length + " bytes");
        }
        return in.readNBytes(length);
    }

    private static StoreException damaged(Path file, String why) {
        return new StoreException(
                "snapshot "
                        + file
                        + " is damaged ("
                        + why
                        + "): move this member's data directory"
                        + " away and start it again, and it is filled from the other members");
    }
}
