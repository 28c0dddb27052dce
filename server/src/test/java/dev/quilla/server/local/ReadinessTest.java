package dev.quilla.server.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ReadinessTest {

    @Test
    void saysWhatIsNotWell() {
        assertEquals(
                "[-]encryption failed: no key 'a'",
                Readiness.why(
                        "[+]ping ok\n[+]store ok\n[-]encryption failed: no key 'a'\nreadyz check failed\n"));
    }

    @Test
    void saysWhatIsAnsweredByOthers() {
        assertEquals("too many requests", Readiness.why("too many requests\nlater\n"));
        assertEquals("it does not say why", Readiness.why(""));
    }
}
