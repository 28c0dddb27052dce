package dev.quilla.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What kubectl does with the API alone: one master, and nothing that runs pods. */
final class KubectlTest {

    private static final Setting API_ALONE = new Setting("process", "loopback", 31443);

    private static final String LIST =
            """
            apiVersion: v1
            kind: List
            items:
            - apiVersion: v1
              kind: ConfigMap
              metadata: {name: one}
              data: {color: green}
            - apiVersion: v1
              kind: Secret
              metadata: {name: two}
              data: {word: c2VzYW1l}
            """;

    private static TestCluster cluster;

    @BeforeAll
    static void startCluster() throws IOException {
        cluster = TestCluster.start(API_ALONE, "--masters", "1", "--workers", "0");
    }

    @AfterAll
    static void removeCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void aListIsCheckedAndMade() {
        String wrong = LIST.replace("data: {", "dta: {");
        Command refused = cluster.kubectlWith(wrong, "create", "-f", "-");
        assertEquals(1, refused.code());
        assertTrue(refused.err().contains("unknown field \"dta\""), refused.err());
        assertEquals(
                "configmap/one created\nsecret/two created",
                cluster.kubectlWith(LIST, "create", "--save-config", "-f", "-").output());
        assertEquals(
                "configmap/one unchanged\nsecret/two unchanged",
                cluster.kubectlWith(LIST, "apply", "--validate=strict", "-f", "-").output());
        String changed = LIST.replace("green", "blue");
        Command difference = cluster.kubectlWith(changed, "diff", "-f", "-");
        assertEquals(1, difference.code(), difference.toString());
        assertTrue(difference.out().contains("+  color: blue"), difference.out());
        cluster.kubectlWith(LIST, "delete", "-f", "-").output();
    }
}
