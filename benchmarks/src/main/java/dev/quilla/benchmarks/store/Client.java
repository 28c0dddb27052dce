package dev.quilla.benchmarks.store;

import dev.quilla.store.Bytes;
import dev.quilla.store.Freshness;
import dev.quilla.store.Key;
import dev.quilla.store.Op;
import dev.quilla.store.Outcome;
import dev.quilla.store.Store;
import dev.quilla.store.StoreException;
import dev.quilla.store.Txn;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** What a client in a member's process does: one request at a time on random keys. */
record Client(Store store) {

    private static final int VALUE_BYTES = 1_500;
    private static final int KEYS = 10_000;

    /** One of them; true if the store answered. */
    interface Request {
        boolean send();
    }

    boolean put() {
        try {
            Op put = new Op.Put(key(), Bytes.wrap(new byte[VALUE_BYTES]));
            return store.commit(Txn.of(List.of(), List.of(put))) instanceof Outcome.Committed;
        } catch (StoreException e) {
            return false;
        }
    }

    /** Reads what is the newest among all members. */
    boolean get() {
        try {
            store.view(new Freshness.Linearizable()).get(key());
            return true;
        } catch (StoreException e) {
            return false;
        }
    }

    private static Key key() {
        return new Key("/load/" + ThreadLocalRandom.current().nextInt(KEYS));
    }
}
