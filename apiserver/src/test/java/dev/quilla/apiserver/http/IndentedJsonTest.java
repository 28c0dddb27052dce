package dev.quilla.apiserver.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.model.codec.JsonTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class IndentedJsonTest {

    private static String indented(String json) throws IOException {
        return new String(
                IndentedJson.of(json.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }

    @Test
    void everyPartHasALine() throws IOException {
        assertEquals(
                """
                {
                  "a": [
                    1,
                    {
                      "b": null
                    }
                  ],
                  "c": {},
                  "d": [],
                  "e": "é{,:"
                }\
                """,
                indented("{\"a\":[1,{\"b\":null}],\"c\":{},\"d\":[],\"e\":\"é{,:\"}"));
    }

    @Property(tries = 200)
    void textsStayAsTheyAre(@ForAll Map<String, String> texts) throws IOException {
        byte[] json = JsonTree.write(texts);
        assertEquals(JsonTree.parseObject(json), JsonTree.parseObject(IndentedJson.of(json)));
    }
}
