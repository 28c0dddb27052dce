package dev.quilla.store.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.store.Bytes;
import dev.quilla.store.Command;
import dev.quilla.store.Key;
import dev.quilla.store.KeyRange;
import dev.quilla.store.Op;
import dev.quilla.store.Txn;
import dev.quilla.store.mvcc.MvccState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrimTest {

    private static final KeyRange EVENTS = KeyRange.prefix("/events/");

    private static final Duration HOUR = Duration.ofHours(1);

    private MvccState state = MvccState.empty();
    private long index;

    private void apply(Command command) {
        state = state.apply(++index, 1, command).state();
    }

    private void put(String key, int bytes) {
        Op put = new Op.Put(new Key(key), Bytes.wrap(new byte[bytes]));
        apply(Txn.of(List.of(), List.of(put)));
    }

    @Test
    void theOldestGoAndOthersStay() {
        Trim trim = new Trim(new Bounds.Cap(EVENTS, 100, 1 << 20, HOUR));
        put("/other", 10);
        for (int i = 0; i < 150; i++) {
            put("/events/" + (1_000 - i), 10);
        }
        trim.look(state, 1).forEach(this::apply);
        assertEquals(90, state.count(EVENTS));
        assertTrue(state.get(new Key("/events/851")).isPresent(), "the newest");
        assertTrue(state.get(new Key("/events/1000")).isEmpty(), "the oldest");
        assertTrue(state.get(new Key("/other")).isPresent());
        assertEquals(List.of(), trim.look(state, 1));
    }

    @Test
    void bytesCountToo() {
        Trim trim = new Trim(new Bounds.Cap(EVENTS, 100, 10_000, HOUR));
        for (int i = 0; i < 20; i++) {
            put("/events/" + i, 1_000);
        }
        trim.look(state, 1).forEach(this::apply);
        assertTrue(state.count(EVENTS) <= 8);
        assertTrue(state.count(EVENTS) > 4);
    }

    @Test
    void whatFitsIsLeftAlone() {
        Trim trim = new Trim(new Bounds.Cap(EVENTS, 100, 1 << 20, HOUR));
        put("/events/a", 10);
        assertEquals(List.of(), trim.look(state, 1));
    }

    /** More than one round removes, while others are written: all the old go, and nothing else. */
    @Test
    void whatIsOldGoesWhoeverLeadsMeanwhile() {
        Trim trim = new Trim(new Bounds.Cap(EVENTS, 10_000, 1 << 20, HOUR));
        for (int i = 0; i < 3_000; i++) {
            put("/events/old" + i, 10);
        }
        put("/other", 10);
        for (int minute = 0; minute < 59; minute++) {
            trim.pass(state, Duration.ofMinutes(minute).toNanos());
            put("/events/new" + minute, 10);
        }
        put("/events/old7", 10);
        trim.pass(state, Duration.ofMinutes(59).toNanos());
        assertEquals(List.of(), trim.look(state, 1));
        trim.pass(state, Duration.ofMinutes(60).toNanos());
        for (List<Command> removals = trim.look(state, 1);
                !removals.isEmpty();
                removals = trim.look(state, 1)) {
            removals.forEach(this::apply);
        }
        assertEquals(60, state.count(EVENTS));
        assertTrue(state.get(new Key("/events/old7")).isPresent(), "written again");
        assertTrue(state.get(new Key("/other")).isPresent());
        // An hour in which nobody looked, as of a machine that was suspended.
        trim.pass(state, Duration.ofMinutes(180).toNanos());
        trim.look(state, 1).forEach(this::apply);
        assertEquals(0, state.count(EVENTS));
    }
}
