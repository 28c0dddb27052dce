package dev.quilla.apiserver.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeUsageTest {

    private static final String FIGURES =
            "\"startTime\":\"2030-01-01T00:00:00Z\",\"cpu\":{\"time\":\"2030-01-01T00:00:10Z\","
                    + "\"usageNanoCores\":5},\"memory\":{\"workingSetBytes\":6}";

    private static NodeUsage parse(String json) throws IOException {
        return NodeUsage.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsWhatAKubeletSays() throws IOException {
        NodeUsage usage =
                parse(
                        """
                        {"node":{%s},"pods":[{"podRef":{"uid":"u"},"containers":[
                          {"name":"main",%s},{"name":"new","cpu":{"time":"2030-01-01T00:00:10Z"}}]}]}
                        """
                                .formatted(FIGURES, FIGURES));
        NodeUsage.Usage expected =
                new NodeUsage.Usage(
                        Instant.parse("2030-01-01T00:00:10Z"), Duration.ofSeconds(10), 5, 6);
        assertEquals(expected, usage.node());
        assertEquals(Map.of("u", Map.of("main", expected)), usage.pods());
    }

    @Test
    void refusesWhatIsNone() {
        assertThrows(IOException.class, () -> parse("{}"));
        assertThrows(IOException.class, () -> parse("nothing"));
    }
}
