package dev.quilla.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.model.Quantity;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NodeReporterTest {

    @Test
    void whatOthersAdvertiseStays() {
        Map<String, Quantity> capacity =
                NodeReporter.capacity(
                        Map.of("example.com/gpu", Quantity.of(4), "pods", Quantity.of(1)));
        assertEquals(Set.of("cpu", "memory", "pods", "example.com/gpu"), capacity.keySet());
        assertEquals(Quantity.of(4), capacity.get("example.com/gpu"));
        assertEquals(Quantity.of(110), capacity.get("pods"));
    }
}
