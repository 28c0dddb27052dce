package dev.quilla.apiserver.verbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.ApiErrors;
import dev.quilla.store.Bytes;
import dev.quilla.store.Entry;
import dev.quilla.store.Event;
import dev.quilla.store.Events;
import dev.quilla.store.InMemoryStore;
import dev.quilla.store.Key;
import dev.quilla.store.KeyRange;
import dev.quilla.store.Op;
import dev.quilla.store.Txn;
import dev.quilla.store.Watch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Objects here are the names of their nodes. */
@Timeout(60)
class FieldIndexTest {

    private static final KeyRange ALL = KeyRange.prefix("/pods/");
    private static final Duration LONG = Duration.ofMinutes(5);

    private final InMemoryStore store = new InMemoryStore();
    private final AtomicInteger looks = new AtomicInteger();
    private final FieldIndex index = new FieldIndex(new ObjectStore(store), ALL, this::nodes);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<String> woken = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private Set<String> nodes(Event event) {
        looks.incrementAndGet();
        Set<String> nodes = nodesOf(event);
        if (nodes.contains("?")) {
            throw ApiErrors.internal("not readable");
        }
        return nodes;
    }

    private static Set<String> nodesOf(Event event) {
        Set<String> nodes = new HashSet<>();
        switch (event) {
            case Event.Put(Entry entry, var previous) -> {
                nodes.add(text(entry));
                previous.ifPresent(p -> nodes.add(text(p)));
            }
            case Event.Deleted(long _, Entry previous) -> nodes.add(text(previous));
        }
        return nodes;
    }

    private void put(String pod, String node) {
        commit(new Op.Put(new Key("/pods/" + pod), bytes(node)));
    }

    private void commit(Op op) {
        store.commit(new Txn(List.of(), List.of(op), OptionalLong.empty()));
    }

    private long now() {
        return store.status().revision();
    }

    /** Tells who is told of something. */
    private void watch(String node) {
        Watch watch = index.watch(ALL, node, now());
        Future<?> _ =
                threads.submit(() -> {
                    Events events = watch.next(LONG);
                    woken.add(node + " " + events.events().stream().map(Event::key).toList());
                    return null;
                });
    }

    private void waiting(int count) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(50);
        while (index.waiting() != count) {
            assertTrue(System.nanoTime() < end, "there are " + index.waiting());
            Thread.onSpinWait();
        }
    }

    @Test
    void aChangeIsLookedIntoOnceAndWakesOnlyThoseWhomItConcerns() throws Exception {
        int nodes = 200;
        for (int i = 0; i < nodes; i++) {
            watch("n" + i);
        }
        waiting(nodes);
        put("a", "n7");
        assertEquals("n7 [/pods/a]", woken.take());
        waiting(nodes - 1);
        assertEquals(1, looks.get());
        put("a", "n8");
        assertEquals("n8 [/pods/a]", woken.take());
        commit(new Op.Delete(new Key("/pods/a")));
        put("b", "n9");
        assertEquals("n9 [/pods/b]", woken.take());
        waiting(nodes - 3);
        assertEquals(4, looks.get());
        assertEquals(0, woken.size());
    }

    @Test
    void whoLeavesTheValueIsTold() throws Exception {
        put("a", "n1");
        watch("n1");
        watch("n2");
        watch("n3");
        waiting(3);
        put("a", "n2");
        assertEquals(Set.of("n1 [/pods/a]", "n2 [/pods/a]"), Set.of(woken.take(), woken.take()));
        waiting(1);
    }

    @Test
    void whatCannotBeReadConcernsAll() throws Exception {
        watch("n1");
        watch("n2");
        waiting(2);
        put("a", "?");
        assertEquals(Set.of("n1 [/pods/a]", "n2 [/pods/a]"), Set.of(woken.take(), woken.take()));
    }

    @Test
    void oneThatIsNotConcernedStillSeesTimeGoOn() throws Exception {
        try (Watch watch = index.watch(ALL, "n1", now())) {
            commit(new Op.Put(new Key("/other"), bytes("n1")));
            assertEquals(new Events(List.of(), now()), watch.next(Duration.ZERO));
        }
    }

    @Test
    void endsWithTheLastAndBeginsAnew() throws Exception {
        for (int i = 0; i < 3; i++) {
            Watch watch = index.watch(ALL, "n1", now());
            Future<Events> next = threads.submit(() -> watch.next(LONG));
            waiting(1);
            put("pod-" + i, "n1");
            assertEquals(1, next.get().events().size());
            Future<Events> last = threads.submit(() -> watch.next(LONG));
            waiting(1);
            watch.close();
            watch.close();
            assertEquals(List.of(), last.get().events());
            waiting(0);
        }
    }

    @Test
    void nobodyMissesAnything() throws Exception {
        Random random = new Random(7);
        long start = now();
        List<Future<List<Event>>> seen = new ArrayList<>();
        for (int node = 0; node < 5; node++) {
            seen.add(threads.submit(following("n" + node)));
        }
        for (int i = 0; i < 2_000; i++) {
            put("pod-" + random.nextInt(20), "n" + random.nextInt(5));
        }
        for (int node = 0; node < 5; node++) {
            put("end-" + node, "n" + node);
        }
        List<Event> all = store.watch(ALL, start).next(Duration.ZERO).events();
        for (int node = 0; node < 5; node++) {
            String name = "n" + node;
            assertEquals(
                    all.stream().filter(e -> nodesOf(e).contains(name)).toList(),
                    seen.get(node).get());
        }
    }

    private Callable<List<Event>> following(String node) {
        long start = now();
        return () -> {
            List<Event> events = new ArrayList<>();
            try (Watch watch = index.watch(ALL, node, start)) {
                while (events.isEmpty() || !events.getLast().key().text().contains("end-")) {
                    watch.next(LONG).events().stream()
                            .filter(e -> nodesOf(e).contains(node))
                            .forEach(events::add);
                }
            }
            return events;
        };
    }

    private static Bytes bytes(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Entry entry) {
        return new String(entry.value().shared(), StandardCharsets.UTF_8);
    }
}
