package dev.quilla.apiserver.verbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.store.Bytes;
import dev.quilla.store.Command;
import dev.quilla.store.Entry;
import dev.quilla.store.Freshness;
import dev.quilla.store.InMemoryStore;
import dev.quilla.store.Key;
import dev.quilla.store.KeyRange;
import dev.quilla.store.Op;
import dev.quilla.store.Txn;
import dev.quilla.store.View;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Objects here are the names of their nodes. */
@Timeout(60)
class ObjectsByFieldTest {

    private static final KeyRange ALL = KeyRange.prefix("/pods/");

    private final InMemoryStore store = new InMemoryStore();
    private final ObjectsByField pods = new ObjectsByField(new ObjectStore(store), ALL, this::look);
    private int looks;

    private String look(Entry entry) {
        looks++;
        String node = node(entry);
        if (node.equals("?")) {
            throw ApiErrors.internal("not readable");
        }
        return node;
    }

    private static String node(Entry entry) {
        return new String(entry.value().shared(), StandardCharsets.UTF_8);
    }

    private void put(String pod, String node) {
        commit(new Op.Put(new Key(pod), Bytes.wrap(node.getBytes(StandardCharsets.UTF_8))));
    }

    private void commit(Op op) {
        store.commit(new Txn(List.of(), List.of(op), OptionalLong.empty()));
    }

    private View now() {
        return store.view(new Freshness.Any());
    }

    private List<Entry> found(View view, KeyRange part, String node) {
        return pods.range(view, part, node).stream().filter(e -> node(e).equals(node)).toList();
    }

    private static List<Entry> scanned(View view, KeyRange part, String node) {
        return view.range(part, 0).stream().filter(e -> node(e).equals(node)).toList();
    }

    @Test
    void onlyWhatHasChangedIsLookedInto() {
        for (int i = 0; i < 500; i++) {
            put("/pods/" + i, "n" + i % 100);
        }
        assertEquals(5, pods.range(now(), ALL, "n7").size());
        assertEquals(500, looks);
        put("/pods/7", "n8");
        put("/pods/7", "n9");
        commit(new Op.Delete(new Key("/pods/8")));
        put("/other", "n9");
        assertEquals(4, pods.range(now(), ALL, "n7").size());
        assertEquals(4, pods.range(now(), ALL, "n8").size());
        assertEquals(6, pods.range(now(), ALL, "n9").size());
        assertEquals(501, looks);
    }

    @Test
    void findsWhatLookingAtAllFindsInNewAndOldPictures() {
        Random random = new Random(11);
        List<View> views = new ArrayList<>();
        for (int round = 0; round < 400; round++) {
            for (int i = random.nextInt(4); i > 0; i--) {
                Key key = new Key("/pods/" + random.nextInt(2) + "/" + random.nextInt(12));
                if (random.nextInt(4) == 0) {
                    commit(new Op.Delete(key));
                } else {
                    put(key.text(), random.nextInt(5) == 0 ? "" : "n" + random.nextInt(3));
                }
            }
            if (random.nextInt(50) == 0) {
                store.commit(new Command.Compact(now().revision() - random.nextInt(3)));
            }
            views.add(now());
            View view = views.get(random.nextInt(views.size()));
            KeyRange part = random.nextBoolean() ? ALL : KeyRange.prefix("/pods/1/");
            String node = random.nextBoolean() ? "" : "n" + random.nextInt(3);
            assertEquals(scanned(view, part, node), found(view, part, node), "round " + round);
        }
    }

    @Test
    void whatCannotBeReadIsToldToAllUntilItCan() {
        put("/pods/a", "n1");
        View before = now();
        assertEquals(1, found(before, ALL, "n1").size());
        put("/pods/a", "n2");
        put("/pods/b", "?");
        assertThrows(ApiException.class, () -> found(now(), ALL, "n1"));
        assertEquals(1, found(before, ALL, "n1").size());
        put("/pods/b", "n2");
        assertEquals(List.of(), found(now(), ALL, "n1"));
        assertEquals(2, found(now(), ALL, "n2").size());
    }
}
