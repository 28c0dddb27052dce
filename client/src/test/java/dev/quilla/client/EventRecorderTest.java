package dev.quilla.client;

import static dev.quilla.client.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.client.fake.FakeApi;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Event;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.Pod;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventRecorderTest {

    private final FakeApi api = new FakeApi();
    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-01-01T10:00:00.5Z"));
    private final EventRecorder recorder =
            new EventRecorder(new ApiClient(api), "kubelet", "n1", now::get, d -> {});
    private final Pod pod =
            Pod.builder().metadata(m -> m.name("web").namespace("shop").uid("u1")).build();

    @AfterEach
    void close() {
        recorder.close();
    }

    private List<Event> events() {
        return new ApiClient(api).resource(Resources.EVENTS).list(ListOptions.ALL).items();
    }

    @Test
    void writesWhatDescribeShows() throws Exception {
        recorder.record(pod, EventType.WARNING, "BackOff", "restarting");
        eventually("written", () -> events().size() == 1);
        Event event = events().getFirst();
        assertEquals("shop", event.namespace());
        assertEquals("Pod", event.involvedObject().kind());
        assertEquals("v1", event.involvedObject().apiVersion());
        assertEquals("u1", event.involvedObject().uid());
        assertEquals("Warning", event.type());
        assertEquals("kubelet", event.source().component());
        assertEquals("n1", event.source().host());
        assertEquals(1, event.count());
    }

    @Test
    void countsTheSameEventAndKeepsOthersApart() throws Exception {
        for (int i = 0; i < 3; i++) {
            recorder.record(pod, EventType.NORMAL, "Pulled", "image there");
            now.updateAndGet(t -> t.plusSeconds(60));
        }
        recorder.record(pod, EventType.NORMAL, "Started", "started");
        eventually("written", () -> events().size() == 2);
        Event pulled =
                events().stream()
                        .filter(e -> e.reason().equals("Pulled"))
                        .findFirst()
                        .orElseThrow();
        assertEquals(3, pulled.count());
        assertEquals(Instant.parse("2026-01-01T10:02:00Z"), pulled.lastTimestamp().orElseThrow());
        assertEquals(Instant.parse("2026-01-01T10:00:00Z"), pulled.firstTimestamp().orElseThrow());
    }

    @Test
    void writesAnewWhatWasDeleted() throws Exception {
        recorder.record(pod, EventType.NORMAL, "Pulled", "image there");
        eventually("written", () -> events().size() == 1);
        ObjectKey key = events().getFirst().key();
        new ApiClient(api).resource(Resources.EVENTS).delete(key);
        recorder.record(pod, EventType.NORMAL, "Pulled", "image there");
        eventually("written again", () -> events().size() == 1);
        assertEquals(1, events().getFirst().count());
    }

    @Test
    void putsEventsOfTheClusterIntoDefault() throws Exception {
        Node node = Node.builder().metadata(m -> m.name("n1")).build();
        recorder.record(node, EventType.NORMAL, "NodeReady", "ready");
        eventually("written", () -> events().size() == 1);
        assertEquals("default", events().getFirst().namespace());
    }

    @Test
    void triesAgainWithoutAnAnswer() throws Exception {
        api.failNext(3);
        recorder.record(pod, EventType.NORMAL, "Pulled", "image there");
        eventually("calls failed", () -> api.requests().size() >= 4);
        eventually("written", () -> events().size() == 1);
    }

    @Test
    void stopsAnObjectThatFloods() throws Exception {
        for (int i = 0; i < 100; i++) {
            recorder.record(pod, EventType.NORMAL, "R" + i, "x");
        }
        eventually("written", () -> events().size() == EventLimit.BURST);
        assertEquals(100 - EventLimit.BURST, recorder.dropped());
        now.updateAndGet(t -> t.plus(EventLimit.REFILL));
        recorder.record(pod, EventType.NORMAL, "again", "x");
        eventually("one more", () -> events().size() == EventLimit.BURST + 1);
    }
}
