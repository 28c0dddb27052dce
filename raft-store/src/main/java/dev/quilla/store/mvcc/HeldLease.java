package dev.quilla.store.mvcc;

import dev.quilla.store.Key;
import dev.quilla.store.Lease;
import dev.quilla.store.LeaseId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A lease with its keys; immutable. */
record HeldLease(LeaseId id, Duration timeToLive, long renewal, SortedTree<Key, Key> keys) {

    HeldLease(LeaseId id, Duration timeToLive, long renewal) {
        this(id, timeToLive, renewal, SortedTree.by(key -> key));
    }

    HeldLease renewed(long index) {
        return new HeldLease(id, timeToLive, index, keys);
    }

    HeldLease with(Key key) {
        return new HeldLease(id, timeToLive, renewal, keys.with(key));
    }

    HeldLease without(Key key) {
        return new HeldLease(id, timeToLive, renewal, keys.without(key));
    }

    List<Key> keyList() {
        List<Key> list = new ArrayList<>(keys.size());
        keys.forEach(list::add);
        return list;
    }

    Lease told() {
        return new Lease(id, timeToLive, renewal, keyList());
    }
}
