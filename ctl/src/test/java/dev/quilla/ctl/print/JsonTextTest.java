package dev.quilla.ctl.print;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTextTest {

    @Test
    void keysAreSortedAndLevelsIndented() {
        assertEquals(
                """
                {
                    "a": [
                        1,
                        {
                            "c": "x"
                        }
                    ],
                    "b": {},
                    "d": []
                }\
                """,
                JsonText.of(
                        Map.of("b", Map.of(), "a", List.of(1L, Map.of("c", "x")), "d", List.of())));
    }

    @Test
    void compactIsOneLine() {
        assertEquals("{\"a\":1,\"b\":\"x\"}", JsonText.compact(Map.of("b", "x", "a", 1L)));
    }
}
