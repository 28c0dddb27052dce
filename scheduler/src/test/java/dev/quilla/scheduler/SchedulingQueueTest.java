package dev.quilla.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.plugin.ClusterEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SchedulingQueueTest {

    private static final Set<String> FIT = Set.of("fit");

    private final Scene scene = new Scene(1);
    private volatile Instant now = Instant.EPOCH;
    private final SchedulingQueue queue = new SchedulingQueue(() -> now);

    private void pass(int seconds) {
        now = now.plusSeconds(seconds);
    }

    private SchedulingQueue.Entry take() throws InterruptedException {
        return queue.take().orElseThrow();
    }

    private void happened(ClusterEvent event, boolean helps) {
        queue.happened(event, (policy, pod) -> helps);
    }

    /** Those that can be tried now, in order. */
    private List<String> ready() throws Exception {
        queue.add(scene.pod("last", "0", Integer.MIN_VALUE));
        List<String> names = new ArrayList<>();
        while (true) {
            String name = take().pod().pod().name();
            if (name.equals("last")) {
                return names;
            }
            names.add(name);
        }
    }

    @Test
    void importantPodsComeFirstThenTheLongestWaiting() throws Exception {
        queue.add(scene.pod("early", "1", 0));
        pass(1);
        queue.add(scene.pod("late", "1", 0));
        queue.add(scene.pod("important", "1", 5));
        assertEquals(List.of("important", "early", "late"), ready());
    }

    @Test
    void podThatFailedWaitsForAnEventThatHelps() throws Exception {
        queue.add(scene.pod("p", "1", 0));
        queue.triedInVain(take(), FIT, queue.eventsSeen());
        pass(30);
        happened(ClusterEvent.POD_CHANGED, false);
        assertEquals(List.of(), ready());
        happened(ClusterEvent.NODE_ADDED, true);
        assertEquals(List.of("p"), ready());
    }

    @Test
    void backoffDoublesUpToTenSeconds() throws Exception {
        queue.add(scene.pod("p", "1", 0));
        SchedulingQueue.Entry entry = take();
        for (int wait : List.of(1, 2, 4, 8, 10, 10)) {
            queue.triedInVain(entry, FIT, queue.eventsSeen());
            happened(ClusterEvent.NODE_ADDED, true);
            pass(wait - 1);
            assertEquals(List.of(), ready(), "before " + wait + " s");
            pass(1);
            entry = take();
            assertEquals("p", entry.pod().pod().name());
        }
    }

    @Test
    void eventDuringATryIsNotLost() throws Exception {
        queue.add(scene.pod("p", "1", 0));
        SchedulingQueue.Entry entry = take();
        long seen = queue.eventsSeen();
        happened(ClusterEvent.NODE_ADDED, true);
        queue.triedInVain(entry, FIT, seen);
        pass(1);
        assertEquals(List.of("p"), ready());
    }

    @Test
    void nobodyWaitsForEver() throws Exception {
        queue.add(scene.pod("p", "1", 0));
        queue.triedInVain(take(), FIT, queue.eventsSeen());
        pass(60);
        assertEquals(List.of("p"), ready());
    }

    @Test
    void podThatChangedDuringItsTryIsTriedAsItIsNow() throws Exception {
        PodInfo before = scene.pod("p", "9", 0);
        queue.add(before);
        SchedulingQueue.Entry entry = take();
        PodInfo changed = PodInfo.of(before.pod().toBuilder().spec(s -> s.priority(3)).build());
        queue.add(changed);
        queue.triedInVain(entry, FIT, queue.eventsSeen());
        assertEquals(changed, take().pod());
        assertEquals(0, queue.size());
    }

    @Test
    void removedPodIsNotTried() throws Exception {
        PodInfo pod = scene.pod("p", "1", 0);
        queue.add(pod);
        queue.remove(pod.key());
        PodInfo other = scene.pod("q", "1", 0);
        queue.add(other);
        queue.triedInVain(take(), FIT, queue.eventsSeen());
        queue.remove(other.key());
        assertEquals(0, queue.size());
        assertEquals(List.of(), ready());
    }

    @Test
    void takerWakesForAPodAndForTheEnd() throws Exception {
        CompletableFuture<Optional<SchedulingQueue.Entry>> taken = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        taken.complete(queue.take());
                    } catch (InterruptedException e) {
                        taken.completeExceptionally(e);
                    }
                });
        queue.add(scene.pod("p", "1", 0));
        assertTrue(taken.get(10, TimeUnit.SECONDS).isPresent());
        queue.close();
        assertTrue(queue.take().isEmpty());
        assertEquals(Duration.ZERO, Duration.between(Instant.EPOCH, now));
    }
}
