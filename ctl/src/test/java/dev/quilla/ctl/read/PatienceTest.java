package dev.quilla.ctl.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PatienceTest {

    private static final Duration LOOK = Duration.ofSeconds(30);

    private long now = Long.MAX_VALUE - 5; // such clocks may begin anywhere, and overflow

    @Test
    void withoutALimitItIsNeverOver() {
        Patience patience = new Patience(Optional.empty(), () -> now);
        now += Duration.ofDays(1000).toNanos();
        assertFalse(patience.isOver());
        assertEquals(LOOK, patience.left(LOOK));
    }

    @Test
    void itIsOverWhenTheTimeIs() {
        Patience patience = new Patience(Optional.of(Duration.ofSeconds(40)), () -> now);
        assertEquals(LOOK, patience.left(LOOK));
        now += Duration.ofSeconds(35).toNanos();
        assertEquals(Duration.ofSeconds(5), patience.left(LOOK));
        assertFalse(patience.isOver());
        now += Duration.ofSeconds(6).toNanos();
        assertEquals(Duration.ZERO, patience.left(LOOK));
        assertTrue(patience.isOver());
    }
}
