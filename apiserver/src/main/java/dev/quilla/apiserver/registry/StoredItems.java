package dev.quilla.apiserver.registry;

import dev.quilla.apiserver.request.Outgoing;
import dev.quilla.model.Definition;
import dev.quilla.store.Entry;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/**
 * Many entries as objects for a client, which are read piece by piece as somebody comes to them: of
 * a list that is gone through from its beginning, however long, no more than a piece is in memory.
 * Thread-safe.
 */
final class StoredItems extends AbstractList<Outgoing> implements RandomAccess {

    /** Objects that have to be converted are so together. */
    static final int PIECE_ITEMS_MAX = 100;

    /** How many bytes the values of a piece may have as they are stored; one value may more. */
    static final int PIECE_BYTES_MAX = 1 << 20;

    private final ValueCodec codec;
    private final Definition definition;
    private final List<Entry> entries;

    /** Where the piece that was read last begins. */
    private int from;

    private List<Outgoing> piece = List.of();

    StoredItems(ValueCodec codec, Definition definition, List<Entry> entries) {
        this.codec = codec;
        this.definition = definition;
        this.entries = List.copyOf(entries);
    }

    /**
     * An object, read together with those that follow it.
     *
     * @throws dev.quilla.model.ApiException if one of them can't be read
     */
    @Override
    public synchronized Outgoing get(int index) {
        if (index < from || index >= from + piece.size()) {
            piece = codec.outgoing(definition, entries.subList(index, end(index)));
            from = index;
        }
        return piece.get(index - from);
    }

    private int end(int start) {
        int last = Math.min(start + PIECE_ITEMS_MAX, entries.size());
        long bytes = entries.get(start).value().length();
        int end = start + 1;
        while (end < last && bytes + entries.get(end).value().length() <= PIECE_BYTES_MAX) {
            bytes += entries.get(end).value().length();
            end++;
        }
        return end;
    }

    @Override
    public int size() {
        return entries.size();
    }
}
