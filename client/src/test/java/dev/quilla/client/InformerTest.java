package dev.quilla.client;

import static dev.quilla.client.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.client.fake.FakeApi;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InformerTest {

    private static final Index<Pod> BY_NODE =
            new Index<>("node", pod -> List.of(pod.spec().nodeName()));

    private final FakeApi api = new FakeApi();
    private final ResourceClient<Pod> pods = new ApiClient(api).resource(Resources.PODS);
    private final Informers informers =
            new Informers(new ApiClient(api), d -> Thread.onSpinWait(), new Random(1));

    @AfterEach
    void close() {
        informers.close();
    }

    static Pod pod(String namespace, String name, String node) {
        return Pod.builder()
                .metadata(m -> m.name(name).namespace(namespace))
                .spec(s -> s.nodeName(node))
                .build();
    }

    private Informer<Pod> started() throws InterruptedException {
        Informer<Pod> informer = informers.of(Resources.PODS);
        informers.start();
        assertTrue(informer.awaitSynced(Duration.ofSeconds(10)));
        return informer;
    }

    @Test
    void showsWhatWasThereAndWhatCame() throws Exception {
        pods.create(pod("a", "one", "n1"));
        Informer<Pod> informer = started();
        assertEquals("n1", informer.get(new ObjectKey("a", "one")).orElseThrow().spec().nodeName());
        pods.create(pod("b", "two", "n1"));
        eventually("two is seen", () -> informer.get(new ObjectKey("b", "two")).isPresent());
        assertEquals(1, informer.inNamespace("b").count());
        assertEquals(2, informer.all().count());
        pods.delete(new ObjectKey("a", "one"));
        eventually("one is gone", () -> informer.get(new ObjectKey("a", "one")).isEmpty());
        assertEquals(0, informer.inNamespace("a").count());
    }

    @Test
    void findsByIndexAlsoAfterAMove() throws Exception {
        Informer<Pod> informer = started();
        informer.addIndex(BY_NODE);
        Pod made = pods.create(pod("a", "one", "n1"));
        eventually("on n1", () -> informer.byIndex(BY_NODE, "n1").count() == 1);
        pods.update(made.toBuilder().spec(s -> s.nodeName("n2")).build());
        eventually("on n2", () -> informer.byIndex(BY_NODE, "n2").count() == 1);
        assertEquals(0, informer.byIndex(BY_NODE, "n1").count());
        Index<Pod> unknown = new Index<>("other", pod -> List.of());
        assertThrows(
                IllegalArgumentException.class,
                () -> informer.byIndex(unknown, "x").findAny().isPresent());
    }

    @Test
    void tellsALateListenerFirstWhatIsThere() throws Exception {
        Pod made = pods.create(pod("a", "one", ""));
        Informer<Pod> informer = started();
        List<Change<Pod>> seen = new CopyOnWriteArrayList<>();
        Subscription subscription = informer.onChange(seen::add);
        pods.update(made.toBuilder().spec(s -> s.nodeName("n1")).build());
        pods.delete(made.key());
        eventually("three changes", () -> seen.size() == 3);
        assertInstanceOf(Change.Added.class, seen.get(0));
        Change.Updated<Pod> updated = (Change.Updated<Pod>) seen.get(1);
        assertEquals("", updated.before().spec().nodeName());
        assertEquals("n1", updated.now().spec().nodeName());
        assertInstanceOf(Change.Deleted.class, seen.get(2));
        subscription.close();
        pods.create(pod("a", "two", ""));
        eventually("two is cached", () -> informer.get(new ObjectKey("a", "two")).isPresent());
        assertEquals(3, seen.size());
    }

    @Test
    void tellsARecreatedObjectAsDeletedAndAdded() throws Exception {
        pods.create(pod("a", "one", ""));
        Informer<Pod> informer = started();
        List<Change<Pod>> seen = new CopyOnWriteArrayList<>();
        informer.onChange(seen::add);
        eventually("first", () -> seen.size() == 1);
        synchronized (api) {
            api.breakWatches();
            pods.delete(new ObjectKey("a", "one"));
            pods.create(pod("a", "one", "n2"));
            api.compact();
        }
        eventually("deleted and added", () -> seen.size() == 3);
        assertInstanceOf(Change.Deleted.class, seen.get(1));
        assertInstanceOf(Change.Added.class, seen.get(2));
    }

    @Test
    void aFailingListenerHarmsNobody() throws Exception {
        Informer<Pod> informer = started();
        CountDownLatch told = new CountDownLatch(2);
        informer.onChange(change -> {
            throw new IllegalStateException("as asked for");
        });
        informer.onChange(change -> told.countDown());
        pods.create(pod("a", "one", ""));
        pods.create(pod("a", "two", ""));
        told.await();
        assertEquals(2, informer.all().count());
    }

    @Test
    void readsLongListsPageByPage() throws Exception {
        for (int i = 0; i < 2500; i++) {
            pods.create(pod("a", "pod-" + i, ""));
        }
        Informer<Pod> informer = started();
        assertEquals(2500, informer.all().count());
        assertEquals(3, api.requests().stream().filter(r -> r.param("limit").isPresent()).count());
    }

    @Test
    void sharesOneCacheAmongAllWhoAsk() {
        assertSame(informers.of(Resources.PODS), informers.of(Resources.PODS));
        assertNotSame(
                informers.of(Resources.PODS),
                informers.of(Resources.PODS, ListOptions.byField("spec.nodeName=n1")));
    }

    @Test
    void watchesAgainFromWhereItWas() throws Exception {
        pods.create(pod("a", "one", ""));
        Informer<Pod> informer = started();
        api.breakWatches();
        pods.create(pod("a", "two", ""));
        eventually("two is seen", () -> informer.get(new ObjectKey("a", "two")).isPresent());
        assertEquals(
                1,
                api.requests().stream().filter(r -> r.param("limit").isPresent()).count(),
                "listed once only");
    }
}
