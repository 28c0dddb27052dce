package dev.quilla.store.mvcc;

import dev.quilla.store.Entry;
import dev.quilla.store.Store;
import java.io.DataInputStream;
import java.io.IOException;

/** Reads the entries that {@link EntryWriter} wrote. For one thread. */
final class EntryReader {

    private static final int LENGTH_MAX = 2 * Store.VALUE_BYTES_MAX;

    private final DataInputStream in;
    private byte[] scratch = new byte[1 << 12];

    EntryReader(DataInputStream in) {
        this.in = in;
    }

    /**
     * The next entry.
     *
     * @throws IOException if there is none
     */
    Entry read() throws IOException {
        int length = in.readInt();
        if (length < 0 || length > LENGTH_MAX) {
            throw new IOException("it has an entry of " + length + " bytes");
        }
        if (length > scratch.length) {
            scratch = new byte[Math.max(length, 2 * scratch.length)];
        }
        in.readFully(scratch, 0, length);
        return Item.decode(scratch, length).entry();
    }
}
