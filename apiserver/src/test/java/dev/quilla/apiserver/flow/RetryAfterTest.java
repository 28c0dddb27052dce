package dev.quilla.apiserver.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryAfterTest {

    private static final int SEATS = 10;

    private final RetryAfter retry = new RetryAfter();

    /**
     * What the first is told who comes after a second in which so many have been refused, and the
     * one that came first in it.
     */
    private int after(int refused) {
        for (int i = 0; i < refused; i++) {
            int _ = retry.seconds();
        }
        retry.look(SEATS);
        return retry.seconds();
    }

    @Test
    void aFewComeAgainSoon() {
        assertEquals(1, after(SEATS));
    }

    @Test
    void theLongerTheyAreManyTheLongerTheyStayAway() {
        List<Integer> told = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            told.add(after(SEATS + 1));
        }
        assertEquals(List.of(2, 4, 8, 16, 32, 32, 32), told);
    }

    @Test
    void itIsForgottenWhenFewerCome() {
        for (int i = 0; i < 3; i++) {
            int _ = after(SEATS + 1);
        }
        assertEquals(8, after(SEATS - 1), "as many as may change nothing");
        assertEquals(4, after(SEATS / 2 - 1));
        assertEquals(2, after(0));
        assertEquals(1, after(0));
        assertEquals(1, after(0));
    }
}
