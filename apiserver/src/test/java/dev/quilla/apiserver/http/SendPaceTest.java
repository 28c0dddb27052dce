package dev.quilla.apiserver.http;

import static dev.quilla.apiserver.http.SendPace.AT_ONCE_MAX;
import static dev.quilla.apiserver.http.SendPace.EVERY;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SendPaceTest {

    private long now = Long.MAX_VALUE - 1_000;
    private final SendPace pace = new SendPace(() -> now);

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private void spend() {
        for (int i = 0; i < AT_ONCE_MAX; i++) {
            assertEquals(Duration.ZERO, pace.sent());
        }
    }

    @Test
    void aFewAreSentAtOnce() {
        spend();
        assertEquals(EVERY, pace.sent());
    }

    @Test
    void whoSendsSeldomNeverRests() {
        for (int i = 0; i < 1_000; i++) {
            assertEquals(Duration.ZERO, pace.sent());
            pass(EVERY);
        }
    }

    @Test
    void whoSendsAllTheTimeSendsEverySoOften() {
        spend();
        long start = now;
        for (int i = 0; i < 1_000; i++) {
            pass(pace.sent());
        }
        assertEquals(EVERY.multipliedBy(1_000), Duration.ofNanos(now - start));
    }

    @Test
    void timeThatPassesIsNoMoreThanASilence() {
        spend();
        pass(EVERY.multipliedBy(3));
        for (int i = 0; i < 3; i++) {
            assertEquals(Duration.ZERO, pace.sent());
        }
        assertEquals(EVERY, pace.sent());
        pass(Duration.ofDays(1));
        spend();
        assertEquals(EVERY, pace.sent());
    }
}
