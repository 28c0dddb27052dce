package dev.quilla.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.model.Quantity;
import dev.quilla.model.core.v1.ContainerStatus;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodCondition;
import dev.quilla.plugin.Amounts;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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

    /** A pod that wants a processor, and of which its node says how far it has come. */
    private static long whileResized(String allocated, String has, String... pending) {
        Pod pod = new Scene(1).pod("p", "", "containers: [" + container("a", "1", "") + "]").pod();
        ContainerStatus status =
                ContainerStatus.builder()
                        .name("a")
                        .allocatedResources(Map.of("cpu", Quantity.parse(allocated)))
                        .resources(r -> r.requests(Map.of("cpu", Quantity.parse(has))))
                        .build();
        List<PodCondition> conditions =
                Stream.of(pending)
                        .map(reason ->
                                PodCondition.builder()
                                        .type("PodResizePending")
                                        .status("True")
                                        .reason(reason)
                                        .build())
                        .toList();
        Pod reported =
                pod.toBuilder()
                        .status(s -> s.containerStatuses(List.of(status)).conditions(conditions))
                        .build();
        return PodRequests.of(reported).get("cpu");
    }

    @Test
    void aPodThatIsResizedReservesTheMostOfWhatItWantsAndHas() {
        assertEquals(1000, whileResized("500m", "500m"));
        assertEquals(2000, whileResized("2", "500m"));
        assertEquals(3000, whileResized("2", "3"));
        assertEquals(1000, whileResized("500m", "500m", "Deferred"));
    }

    @Test
    void whatANodeCanNeverGiveIsNotReserved() {
        assertEquals(500, whileResized("500m", "300m", "Infeasible"));
    }
}
