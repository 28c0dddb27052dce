package dev.quilla.store.mvcc;

import dev.quilla.store.Entry;
import dev.quilla.store.Event;
import dev.quilla.store.Key;
import java.util.List;

/**
 * What one revision changed, and the state after it.
 *
 * @param revision the revision
 * @param events in the order of the transaction
 */
record Change(long revision, List<Event> events, SortedTree<Key, Entry> after, long bytes) {}
