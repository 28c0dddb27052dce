package dev.quilla.apiserver.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.encryption.Encryption;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.apiserver.request.Outgoing;
import dev.quilla.apiserver.request.OutgoingList;
import dev.quilla.model.ApiException;
import dev.quilla.model.GroupResource;
import dev.quilla.store.Bytes;
import dev.quilla.store.Command;
import dev.quilla.store.Freshness;
import dev.quilla.store.InMemoryStore;
import dev.quilla.store.Key;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of what a list or watch begins with, objects are read while they are told, whatever they are. */
@Timeout(60)
class LongListsTest {

    private static final int COUNT = 450;

    /** No more are read ahead. */
    private static final int PIECE = 100;

    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String SECRETS = "/api/v1/namespaces/default/secrets";
    private static final String BOOKS = "/apis/example.com/v1/namespaces/default/books";

    private final AtomicInteger opened = new AtomicInteger();

    /** Counts what is read. */
    private final Encryption counting =
            new Encryption() {
                @Override
                public Bytes seal(GroupResource resource, Key key, byte[] plain) {
                    return Bytes.wrap(plain);
                }

                @Override
                public byte[] open(Key key, Bytes value) {
                    opened.incrementAndGet();
                    return value.shared();
                }

                @Override
                public boolean isOutdated(GroupResource resource, Bytes value) {
                    return false;
                }
            };

    private final InMemoryStore store = new InMemoryStore();
    private final TestApi api = new TestApi(new ObjectStore(store, counting));

    @BeforeEach
    void define() {
        post(
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                """
                metadata: {name: books.example.com}
                spec:
                  group: example.com
                  scope: Namespaced
                  names: {plural: books, singular: book, kind: Book, listKind: BookList}
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    schema: {openAPIV3Schema: {type: object, properties: {text: {type: string}}}}
                """);
        api.call(
                "PATCH",
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/books.example.com/status",
                "application/merge-patch+json",
                """
                {"status":{"acceptedNames":{"plural":"books","singular":"book","kind":"Book","listKind":"BookList"},
                "conditions":[{"type":"Established","status":"True"}]}}
                """);
    }

    private void post(String path, String body) {
        api.call("POST", path, "application/yaml", body);
    }

    /** Larger than what is remembered. */
    private void fill(String path) {
        String text = "x".repeat(17 << 10);
        for (int i = 0; i < COUNT; i++) {
            String content =
                    path.equals(BOOKS)
                            ? "apiVersion: example.com/v1\nkind: Book\ntext: " + text
                            : "stringData: {text: " + text + "}";
            post(
                    path,
                    "metadata: {name: o%d, labels: {third: '%s'}}\n%s\n"
                            .formatted(i, i % 3, content));
        }
        opened.set(0);
    }

    private OutgoingList list(String target) {
        return ((ApiReply.OfList) api.call("GET", target, "", "")).list();
    }

    @ParameterizedTest
    @ValueSource(strings = {SECRETS, BOOKS})
    void objectsAreReadWhileTheyAreSent(String path) {
        fill(path);
        List<Outgoing> items = list(path).items();
        assertEquals(COUNT, items.size());
        int sent = 0;
        for (Outgoing item : items) {
            item.json();
            sent++;
            assertTrue(opened.get() < sent + PIECE, () -> opened + " are read");
        }
        assertEquals(COUNT, opened.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {SECRETS, BOOKS})
    void aPageReadsNoMoreThanItself(String path) {
        fill(path);
        assertEquals(10, list(path + "?limit=10").items().size());
        assertTrue(opened.get() <= 10, () -> opened + " are read");
    }

    @ParameterizedTest
    @ValueSource(strings = {SECRETS, BOOKS})
    void pagesOfWhatIsChosenShowAllOfIt(String path) {
        fill(path);
        String target = path + "?labelSelector=third%3D1&limit=40";
        int shown = 0;
        String token = "";
        do {
            OutgoingList page = list(target + "&continue=" + token);
            shown += page.items().size();
            token = page.frame().text("metadata", "continue");
        } while (!token.isEmpty());
        assertEquals(COUNT / 3, shown);
    }

    @Test
    void aListWhoseStateIsForgottenMayGoOnInTheNewest() {
        for (int i = 0; i < 5; i++) {
            post(SECRETS, "metadata: {name: o%d}".formatted(i));
        }
        String token = list(SECRETS + "?limit=2").frame().text("metadata", "continue");
        post(SECRETS, "metadata: {name: o9}");
        store.commit(new Command.Compact(store.view(new Freshness.Any()).revision()));
        ApiException expired =
                assertThrows(
                        ApiException.class, () -> list(SECRETS + "?limit=2&continue=" + token));
        assertEquals(410, expired.code());
        String next = expired.status().metadata().continue_();
        OutgoingList rest = list(SECRETS + "?limit=2&continue=" + next);
        assertEquals("2", rest.frame().text("metadata", "remainingItemCount"));
        assertEquals("o2", rest.items().getFirst().object().text("metadata", "name"));
        assertEquals(
                Long.toString(store.view(new Freshness.Any()).revision()),
                rest.frame().text("metadata", "resourceVersion"));
        String last = rest.frame().text("metadata", "continue");
        assertEquals(2, list(SECRETS + "?continue=" + last).items().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {SECRETS, BOOKS})
    void aWatchReadsWhatItBeginsWithWhileItTellsIt(String path) throws InterruptedException {
        fill(path);
        ApiReply.OfWatch watch = (ApiReply.OfWatch) api.call("GET", path + "?watch=true", "", "");
        int told = 0;
        try (ApiReply.EventSource source = watch.source()) {
            while (!source.hasBegun()) {
                told += source.next(Duration.ZERO).orElseThrow().size();
                assertTrue(opened.get() <= told + PIECE, () -> opened + " are read");
            }
        }
        assertEquals(COUNT, told);
    }

    @Test
    void thePodsOfOneNodeAreFoundByAnIndex() {
        for (int i = 0; i < COUNT; i++) {
            post(
                    PODS,
                    "metadata: {name: p%d}\nspec: {nodeName: n%d, containers: [{name: c, image: i}]}"
                            .formatted(i, i % 90));
        }
        String ofNode = PODS + "?fieldSelector=spec.nodeName%3Dn7";
        assertEquals(5, list(ofNode).items().size());
        opened.set(0);
        OutgoingList first = list(ofNode + "&limit=3");
        String token = first.frame().text("metadata", "continue");
        api.call("DELETE", PODS + "/p7?gracePeriodSeconds=0", "", "");
        api.call("DELETE", PODS + "/p97?gracePeriodSeconds=0", "", "");
        assertEquals(2, list(ofNode + "&limit=3&continue=" + token).items().size());
        assertEquals(3, list(ofNode).items().size());
        assertTrue(opened.get() < 40, () -> opened + " are read");
    }

    @Test
    void theOneObjectThatIsNamedIsTheOnlyOneLookedAt() {
        fill(SECRETS);
        assertEquals(1, list(SECRETS + "?fieldSelector=metadata.name%3Do7").items().size());
        assertTrue(opened.get() <= 2, () -> opened + " are read");
    }
}
