package dev.quilla.ctl.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.ctl.cluster.Tree;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DataDescriptionTest {

    private static String told(boolean secret, String json) {
        Sheet sheet = new Sheet();
        new DataDescription(secret).tell(Tree.parse(json.getBytes(StandardCharsets.UTF_8)), sheet);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        sheet.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatIsSecretStaysSo() {
        assertEquals(
                """
                Name:         s
                Namespace:    default
                Labels:       <none>
                Annotations:  <none>
                Type:         Opaque
                Data:
                  password:  6 bytes
                """,
                told(
                        true,
                        """
                        {"metadata": {"name": "s", "namespace": "default"}, "type": "Opaque",
                         "data": {"password": "c2VzYW1l"}}
                        """));
    }

    @Test
    void namesStayAsTheyAreAndLinesBelowEachOther() {
        assertEquals(
                """
                Name:         c
                Namespace:    default
                Labels:       <none>
                Annotations:  <none>
                Data:
                  a:         one
                             two
                  app.conf:  x
                  logo:      3 bytes
                """,
                told(
                        false,
                        """
                        {"metadata": {"name": "c", "namespace": "default"},
                         "data": {"app.conf": "x", "a": "one\\ntwo"},
                         "binaryData": {"logo": "AAAA"}}
                        """));
    }
}
