package dev.quilla.apiserver.http;

import dev.quilla.apiserver.request.Outgoing;
import dev.quilla.apiserver.request.Turn;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/** A list's items: who goes through them pauses now and then. */
final class PausingItems extends AbstractList<Outgoing> implements RandomAccess {

    /** Some milliseconds of work where each of them has to be written anew. */
    private static final int ITEMS = 64;

    private final List<Outgoing> items;
    private final Turn turn;

    PausingItems(List<Outgoing> items, Turn turn) {
        this.items = items;
        this.turn = turn;
    }

    @Override
    public Outgoing get(int index) {
        if (index % ITEMS == ITEMS - 1) {
            turn.pause();
        }
        return items.get(index);
    }

    @Override
    public int size() {
        return items.size();
    }
}
