package dev.quilla.ctl.print;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TextTableTest {

    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new TextTable()
                .row("NAME", "AGE", "NOTE")
                .row("a-long-name", "5s", "")
                .row("é", "10m", "x")
                .print(new PrintStream(bytes, true, StandardCharsets.UTF_8), "  ");
        assertEquals(
                """
                  NAME          AGE   NOTE
                  a-long-name   5s   \s
                  é             10m   x
                """,
                bytes.toString(StandardCharsets.UTF_8));
    }
}
