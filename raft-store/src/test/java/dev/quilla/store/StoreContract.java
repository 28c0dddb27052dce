package dev.quilla.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.domains.Domain;

/**
 * What every store does. The in-memory one is the specification: whatever is done to both, both
 * answer the same, keep the same and tell of the same. All properties of a class share one store,
 * whose keys and leases are therefore removed between two tries; revisions go on.
 */
public abstract class StoreContract {

    private static final KeyRange ALL = KeyRange.prefix("/");
    private static final Key COUNTER = new Key("/counter");

    /** The store under test. */
    protected abstract Store store();

    @Property(tries = 100, shrinking = ShrinkingMode.BOUNDED)
    @Domain(Scripts.class)
    void answersAsTheSpecificationDoes(@ForAll Scripts.Script script) throws Exception {
        Twins twins = new Twins(empty(store()));
        for (Command command : script.commands()) {
            twins.commit(command);
        }
        twins.compareEverything();
    }

    /** Forgets what was there, and says at which revision. */
    private static long emptied(Store store) {
        store.commit(new Command.Alarm(false));
        store.commit(new Command.Limit(0));
        for (long lease = 1; lease <= 3; lease++) {
            store.commit(Command.End.revoked(new LeaseId(lease)));
        }
        List<Op> deletes = new ArrayList<>();
        newest(store).range(ALL, 0).forEach(e -> deletes.add(new Op.Delete(e.key())));
        store.commit(Txn.of(List.of(), deletes));
        long revision = newest(store).revision();
        store.commit(new Command.Compact(revision));
        return revision;
    }

    private static Store empty(Store store) {
        emptied(store);
        return store;
    }

    private static View newest(Store store) {
        return store.view(new Freshness.Linearizable());
    }

    @Example
    void aCounterIsNeverTakenBeyondItsLimit() {
        Store store = empty(store());
        Amounts limit = Amounts.of(Map.of("cpu", 5L));
        Txn two = add(Map.of("cpu", 2L, "pods", 100L), limit);
        store.commit(two);
        store.commit(two);
        Outcome third = store.commit(two);
        assertEquals(
                new Outcome.OverLimit(COUNTER, Amounts.of(Map.of("cpu", 4L, "pods", 200L))), third);
        store.commit(add(Map.of("cpu", -4L), Amounts.of(Map.of("cpu", 0L))));
        assertEquals(0, counter(store).of("cpu"));
    }

    @Example
    void anAddToWhatIsNoCounterIsRefused() {
        Store store = empty(store());
        store.commit(Txn.of(List.of(), List.of(new Op.Put(COUNTER, bytes("text")))));
        assertEquals(
                new Outcome.OverLimit(COUNTER, Amounts.NONE),
                store.commit(add(Map.of("cpu", 1L), Amounts.NONE)));
    }

    @Example
    void aLeaseTakesItsKeysWithItAtOneRevision() {
        Store store = empty(store());
        LeaseId lease = new LeaseId(1);
        store.commit(new Command.Grant(lease, Duration.ofHours(1)));
        store.commit(Txn.of(List.of(), List.of(put("/a", lease), put("/b", lease))));
        store.commit(Txn.of(List.of(), List.of(put("/c", lease), put("/b", LeaseId.NONE))));
        assertEquals(
                List.of(new Key("/a"), new Key("/c")), store.lease(lease).orElseThrow().keys());
        long before = newest(store).revision();
        store.commit(Command.End.revoked(lease));
        assertEquals(before + 1, newest(store).revision());
        assertEquals(
                List.of(new Key("/b")),
                newest(store).range(ALL, 0).stream().map(Entry::key).toList());
        assertEquals(Optional.empty(), store.lease(lease));
    }

    @Example
    void aRenewalThatCameFirstKeepsTheLease() {
        Store store = empty(store());
        LeaseId lease = new LeaseId(2);
        store.commit(new Command.Grant(lease, Duration.ofHours(1)));
        long seen = store.lease(lease).orElseThrow().renewal();
        store.commit(new Command.Renew(lease));
        Command.End late =
                new Command.End(
                        lease, java.util.OptionalLong.of(seen), java.util.OptionalLong.empty());
        assertEquals(new Outcome.NoLease(lease), store.commit(late));
        assertEquals(true, store.lease(lease).isPresent());
    }

    @Example
    void pagesOfAnOldRevisionAreNotDisturbedByWrites() {
        Store store = empty(store());
        for (String key : List.of("/a", "/b", "/c", "/d", "/e")) {
            store.commit(Txn.of(List.of(), List.of(put(key, LeaseId.NONE))));
        }
        long revision = newest(store).revision();
        List<Key> seen = new ArrayList<>();
        KeyRange rest = ALL;
        while (true) {
            List<Entry> page = store.viewAt(revision).range(rest, 2);
            if (page.isEmpty()) {
                break;
            }
            page.forEach(e -> seen.add(e.key()));
            rest = rest.after(seen.getLast());
            store.commit(Txn.of(List.of(), List.of(new Op.Delete(new Key("/e")))));
            store.commit(Txn.of(List.of(), List.of(put("/cc", LeaseId.NONE))));
        }
        assertEquals(List.of("/a", "/b", "/c", "/d", "/e"), seen.stream().map(Key::text).toList());
    }

    @Example
    void whatIsTooLargeIsRefusedBeforeItReachesTheLog() {
        Bytes large = Bytes.wrap(new byte[Store.VALUE_BYTES_MAX + 1]);
        assertThrows(
                TooLargeException.class,
                () ->
                        store().commit(
                                        Txn.of(
                                                List.of(),
                                                List.of(new Op.Put(new Key("/large"), large)))));
    }

    private static Txn add(Map<String, Long> add, Amounts limit) {
        return Txn.of(List.of(), List.of(new Op.BoundedAdd(COUNTER, Amounts.of(add), limit)));
    }

    private static Amounts counter(Store store) {
        return Amounts.of(newest(store).get(COUNTER).orElseThrow().value());
    }

    private static Op.Put put(String key, LeaseId lease) {
        return new Op.Put(new Key(key), bytes(key), lease);
    }

    private static Bytes bytes(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
