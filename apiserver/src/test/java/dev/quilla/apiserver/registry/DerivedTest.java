package dev.quilla.apiserver.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.store.Bytes;
import dev.quilla.store.Command;
import dev.quilla.store.Freshness;
import dev.quilla.store.InMemoryStore;
import dev.quilla.store.Key;
import dev.quilla.store.KeyRange;
import dev.quilla.store.Op;
import dev.quilla.store.Txn;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class DerivedTest {

    private static final KeyRange RANGE = KeyRange.prefix("/a/");

    private final InMemoryStore store = new InMemoryStore();
    private int made;
    private final Derived<Long> count =
            new Derived<>(
                    new ObjectStore(store),
                    RANGE,
                    view -> {
                        made++;
                        return view.count(RANGE);
                    });

    private void put(String key) {
        store.commit(
                new Txn(
                        List.of(),
                        List.of(new Op.Put(new Key(key), Bytes.wrap(new byte[] {1}))),
                        OptionalLong.empty()));
    }

    @Test
    void followsItsRange() {
        assertEquals(0, count.get());
        put("/a/1");
        put("/a/2");
        assertEquals(2, count.get());
        put("/a/3");
        assertEquals(3, count.get());
    }

    @Test
    void staysWhatItIsWhileOthersChange() {
        put("/a/1");
        assertEquals(1, count.get());
        int before = made;
        put("/b/1");
        put("/b/2");
        assertEquals(1, count.get());
        assertEquals(before, made);
    }

    @Test
    void isMadeAgainWhenNobodyKnowsWhatChanged() {
        put("/a/1");
        put("/b/1");
        store.commit(new Command.Compact(store.view(new Freshness.Any()).revision()));
        assertEquals(1, count.get());
        put("/a/2");
        assertEquals(2, count.get());
    }
}
