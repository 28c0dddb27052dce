package dev.quilla.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.plugin.Amounts;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PodRequestsTest {

    private static long cpu(String spec) {
        return new Scene(1).pod("p", "", spec).requests().get("cpu");
    }

    private static String container(String name, String cpu, String more) {
        return "{name: %s, image: x, resources: {requests: {cpu: %s}}%s}"
                .formatted(name, cpu, more);
    }

    @Test
    void containersAddUp() {
        assertEquals(
                300,
                cpu(
                        "containers: ["
                                + container("a", "100m", "")
                                + ","
                                + container("b", "200m", "")
                                + "]"));
    }

    @Test
    void largestInitContainerCountsWhereItNeedsMore() {
        assertEquals(
                500,
                cpu(
                        "initContainers: [%s, %s]\n  containers: [%s]"
                                .formatted(
                                        container("i", "500m", ""),
                                        container("j", "400m", ""),
                                        container("a", "100m", ""))));
    }

    @Test
    void sidecarsCountBesideContainersAndLaterInitContainers() {
        assertEquals(
                600,
                cpu(
                        "initContainers: [%s, %s]\n  containers: [%s]"
                                .formatted(
                                        container("s", "200m", ", restartPolicy: Always"),
                                        container("i", "400m", ""),
                                        container("a", "100m", ""))));
    }

    @Test
    void overheadIsAdded() {
        assertEquals(
                150,
                cpu("overhead: {cpu: 50m}\n  containers: [" + container("a", "100m", "") + "]"));
    }

    @Test
    void memoryIsCountedInBytes() {
        assertEquals(
                new Amounts(Map.of("memory", 1024L * 1024)),
                new Scene(1)
                        .pod(
                                "p",
                                "",
                                "containers: [{name: a, image: x, resources: {requests: {memory:"
                                        + " 1Mi}}}]")
                        .requests());
    }
}
