package dev.quilla.apiserver.request;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplicedJsonTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\"},\"spec\":{}}",
                "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"p\"},\"spec\":{}}",
                "{\"metadata\":{\"name\":\"p\"},\"spec\":{}}"
            })
    void putsVersionIntoMetadata(String stored) throws IOException {
        SplicedJson json = SplicedJson.of(bytes("\1" + stored), 1, 42).orElseThrow();
        String wanted =
                stored.replace("\"metadata\":{", "\"metadata\":{\"resourceVersion\":\"42\",");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        json.writeTo(out);
        assertEquals(wanted, out.toString(StandardCharsets.UTF_8));
        assertArrayEquals(bytes(wanted), json.toBytes());
        assertEquals(bytes(wanted).length, json.length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}",
                "{\"kind\":\"Pod",
                "{\"kind\":\"Pod\"",
                "{\"kind\":\"P\\\"od\",\"metadata\":{\"name\":\"p\"}}",
                "{\"spec\":{},\"metadata\":{\"name\":\"p\"}}",
                "{\"kind\":\"Pod\",\"metadata\":{}}"
            })
    void leavesWhatItDoesNotKnowToOthers(String stored) {
        assertTrue(SplicedJson.of(bytes("\1" + stored), 1, 42).isEmpty());
    }

    @Test
    void endsNowhereBeyondTheBytes() {
        byte[] stored = bytes("{\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\"}}");
        for (int length = 0; length < stored.length; length++) {
            byte[] some = Arrays.copyOf(stored, length);
            assertTrue(SplicedJson.of(some, 0, 1).map(SplicedJson::length).orElse(0) >= 0);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
