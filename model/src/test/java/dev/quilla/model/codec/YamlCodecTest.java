package dev.quilla.model.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlCodecTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "yes",
                "No",
                "on",
                "OFF",
                "y",
                "N",
                "true",
                "null",
                "~",
                "",
                "=",
                "<<",
                "12",
                "-1",
                "010",
                "0x1F",
                "0b11",
                "0o7",
                "1_000",
                "12:30",
                "190:20:30",
                "1e3",
                ".5",
                "+1.5",
                "-.inf",
                ".NaN",
                "2026-01-01",
                "2001-12-14t21:59:43.10-05:00",
                "2026-1-1 10:00:00"
            })
    void aTextThatOldReadersTakeForSomethingElseIsQuoted(String text) {
        assertEquals("a: \"" + text + "\"\n", YamlCodec.write(Map.of("a", text)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"web", "1.0.0", "10.96.0.1", "nginx:1.27", "yesterday", "5m", "worker-1"})
    void anOrdinaryTextIsNot(String text) {
        assertEquals("a: " + text + "\n", YamlCodec.write(Map.of("a", text)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"y", "no", "12"})
    void namesAreQuotedToo(String name) {
        assertEquals("\"" + name + "\": 1\n", YamlCodec.write(Map.of(name, 1L)));
    }

    @Property(tries = 500)
    void whatIsWrittenIsReadTheSame(@ForAll String key, @ForAll String text) {
        // What JSON can't say either, and what YAML reads as the end of a line.
        String plain = text.replaceAll("[^\\x20-\\x7e\\n\\t]", "x");
        Map<String, Object> tree = Map.of(key.replaceAll("[^\\x20-\\x7e]", "x"), plain);
        assertEquals(List.of(tree), YamlCodec.readAll(YamlCodec.write(tree)));
    }
}
