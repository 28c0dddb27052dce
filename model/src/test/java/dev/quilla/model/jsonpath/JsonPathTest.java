package dev.quilla.model.jsonpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.quilla.model.codec.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPathTest {

    private static final Map<String, Object> LIST =
            JsonTree.parseObject(
                    """
                    {"kind": "List", "items": [
                      {"metadata": {"name": "a", "labels": {"app.io/tier": "front"}},
                       "spec": {"ports": [80, 443]}, "ready": true},
                      {"metadata": {"name": "b"}, "spec": {"ports": [8080]}, "ready": false}
                    ]}
                    """
                            .getBytes(StandardCharsets.UTF_8));

    private static String apply(String template) {
        return JsonPath.parse(template).apply(LIST);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{.kind}                                          | List",
                ".kind                                            | List",
                "{.items[0].metadata.name}                        | a",
                "{.items[-1].metadata.name}                       | b",
                "{.items[*].metadata.name}                        | a b",
                "{.items[*]['metadata']['name']}                  | a b",
                "{.items[0].metadata.labels.app\\.io/tier}        | front",
                "{.items[0].spec.ports}                           | [80,443]",
                "{.items[0:1].metadata.name}                      | a",
                "{..name}                                         | a b",
                "{.items[?(@.metadata.name==\"b\")].spec.ports[0]} | 8080",
                "{.items[?(@.ready==true)].metadata.name}         | a",
                "{.items[?(@.spec.ports[0]>100)].metadata.name}   | b",
                "{.items[?(@.metadata.labels)].metadata.name}     | a"
            })
    void findsWhatKubectlFinds(String template, String found) {
        assertEquals(found, apply(template));
    }

    @Test
    void whatIsNotThereIsNothing() {
        assertEquals("", apply("{.items[7].metadata.name}{.nothing.at.all}"));
    }

    @Test
    void rangesRepeatTheirBody() {
        assertEquals(
                "a:80 443\nb:8080\n",
                apply("{range .items[*]}{.metadata.name}:{.spec.ports[*]}{\"\\n\"}{end}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{.items[", "{.items[?(@.a==]}", "{range .items[*]}x", "{.a", "{end}"})
    void aMalformedTemplateIsWrongUsage(String template) {
        assertThrows(IllegalArgumentException.class, () -> JsonPath.parse(template));
    }
}
