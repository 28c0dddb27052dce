package dev.quilla.kubelet.pods;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RestartBackoffTest {

    private final RestartBackoff backoff = new RestartBackoff();

    @Test
    void theFirstRestartIsAtOnceAndEachLaterOneWaitsTwiceAsLong() {
        assertEquals(Duration.ZERO, backoff.delay("main"));
        for (int seconds : new int[] {10, 20, 40, 80, 160, 300, 300}) {
            backoff.failed("main");
            assertEquals(Duration.ofSeconds(seconds), backoff.delay("main"));
        }
        assertEquals(Duration.ZERO, backoff.delay("other"));
    }

    @Test
    void whoRanForALongTimeStartsAfresh() {
        backoff.failed("main");
        backoff.failed("main");
        backoff.restarted("main", Pods.NOW, Pods.NOW.plusSeconds(601));
        assertEquals(Duration.ofSeconds(10), backoff.delay("main"));
        backoff.restarted("main", Pods.NOW, Pods.NOW.plusSeconds(599));
        assertEquals(Duration.ofSeconds(20), backoff.delay("main"));
        backoff.forget("main");
        assertEquals(Duration.ZERO, backoff.delay("main"));
    }

    @Property(tries = 100)
    void itNeverWaitsLessThanBeforeNorMoreThanFiveMinutes(
            @ForAll @IntRange(min = 1, max = 1000) int failures) {
        RestartBackoff fresh = new RestartBackoff();
        Duration before = fresh.delay("main");
        for (int i = 0; i < failures; i++) {
            fresh.failed("main");
            Duration now = fresh.delay("main");
            assertTrue(now.compareTo(before) >= 0 && now.compareTo(Duration.ofMinutes(5)) <= 0);
            before = now;
        }
    }
}
