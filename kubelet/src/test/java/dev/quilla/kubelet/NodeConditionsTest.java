package dev.quilla.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.quilla.model.core.v1.NodeCondition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeConditionsTest {

    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
    private static final Optional<String> FINE = Optional.empty();

    private static NodeCondition ready(List<NodeCondition> conditions) {
        return conditions.stream().filter(c -> c.type().equals("Ready")).findFirst().orElseThrow();
    }

    @Test
    void theFirstReportSaysWhenItWasMade() {
        List<NodeCondition> first = NodeConditions.of(List.of(), FINE, START.plusMillis(7));
        assertEquals(4, first.size());
        for (NodeCondition condition : first) {
            assertEquals(Optional.of(START), condition.lastHeartbeatTime());
            assertEquals(Optional.of(START), condition.lastTransitionTime());
        }
        assertEquals("True", ready(first).status());
    }

    @Test
    void whileNothingIsNewAReportIsMadeNowAndThen() {
        List<NodeCondition> first = NodeConditions.of(List.of(), FINE, START);
        assertSame(first, NodeConditions.of(first, FINE, START.plusSeconds(299)));
        Instant later = START.plusSeconds(300);
        NodeCondition ready = ready(NodeConditions.of(first, FINE, later));
        assertEquals(Optional.of(later), ready.lastHeartbeatTime());
        assertEquals(Optional.of(START), ready.lastTransitionTime());
    }

    @Test
    void aProblemIsReportedAtOnce() {
        List<NodeCondition> first = NodeConditions.of(List.of(), FINE, START);
        Instant later = START.plusSeconds(10);
        NodeCondition ready =
                ready(NodeConditions.of(first, Optional.of("no engine answers"), later));
        assertEquals("False", ready.status());
        assertEquals("no engine answers", ready.message());
        assertEquals(Optional.of(later), ready.lastTransitionTime());
        assertEquals(Optional.of(later), ready.lastHeartbeatTime());
    }
}
