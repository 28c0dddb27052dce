package dev.quilla.ctl.print;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.quilla.ctl.failure.UsageException;
import org.junit.jupiter.api.Test;

class OutputFormatTest {

    @Test
    void everyFormatHasAName() {
        assertEquals(new OutputFormat.Table(false), OutputFormat.parse(""));
        assertEquals(new OutputFormat.Table(true), OutputFormat.parse("wide"));
        assertEquals(new OutputFormat.Json(), OutputFormat.parse("json"));
        assertEquals(new OutputFormat.Yaml(), OutputFormat.parse("yaml"));
        assertEquals(new OutputFormat.Name(), OutputFormat.parse("name"));
        assertInstanceOf(OutputFormat.Path.class, OutputFormat.parse("jsonpath={.a}"));
    }

    @Test
    void othersAreWrongUsage() {
        assertThrows(UsageException.class, () -> OutputFormat.parse("xml"));
        assertThrows(UsageException.class, () -> OutputFormat.parseForChange("wide"));
    }
}
