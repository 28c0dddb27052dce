package dev.quilla.kubelet.pods;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.ContainerSpec;
import dev.quilla.kubelet.runtime.Image;
import dev.quilla.model.Quantity;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ContainerSpecsTest {

    private static final long GIB = 1L << 30;
    private final ContainerSpecs specs =
            new ContainerSpecs(
                    new NodeFacts(
                            "n", "192.168.0.1", List.of(), "cluster.local", 4 * GIB, true, true));

    private static Image image(String user) {
        return new Image("sha256:1", "img:1", List.of("img:1"), 1, user);
    }

    private ContainerSpec spec(Pod pod, Container container, String imageUser) {
        return specs.of(pod, container, 1, image(imageUser), Map.of("A", "x"), List.of());
    }

    private static Pod pod(String qosClass) {
        return Pods.pod("Always", List.of(), List.of()).toBuilder()
                .status(s -> s.qosClass(qosClass))
                .build();
    }

    @Test
    void commandsReferToVariables() {
        Container container =
                Container.builder()
                        .name("main")
                        .command(List.of("run", "$(A)"))
                        .args(List.of("$(B)", "$$(A)"))
                        .build();
        ContainerSpec spec = spec(pod(""), container, "");
        assertEquals(List.of("run", "x"), spec.command());
        assertEquals(List.of("$(B)", "$(A)"), spec.args());
    }

    @Test
    void theContainersOwnSecurityWinsOverThePods() {
        Pod pod =
                pod("").toBuilder()
                        .spec(s ->
                                s.securityContext(c ->
                                        c.runAsUser(1000L)
                                                .runAsGroup(3000L)
                                                .fsGroup(2000L)
                                                .supplementalGroups(List.of(4000L))))
                        .build();
        Container own =
                Container.builder().name("main").securityContext(c -> c.runAsUser(7L)).build();
        var security = spec(pod, own, "").security();
        assertEquals(OptionalLong.of(7), security.user());
        assertEquals(OptionalLong.of(3000), security.group());
        assertEquals(List.of(4000L, 2000L), security.supplementalGroups());
    }

    @Test
    void rootIsRefusedWhereThePodForbidsIt() {
        Container nonRoot =
                Container.builder().name("main").securityContext(c -> c.runAsNonRoot(true)).build();
        for (String user : List.of("", "0", "root", "0:0", "daemon")) {
            assertThrows(ContainerRuntimeException.class, () -> spec(pod(""), nonRoot, user), user);
        }
        assertEquals("sha256:1", spec(pod(""), nonRoot, "1000").imageId());
    }

    @Test
    void whoGuaranteesItsMemoryIsEndedLast() {
        Container asks =
                Container.builder()
                        .name("main")
                        .resources(r -> r.requests(Map.of("memory", Quantity.parse("1Gi"))))
                        .build();
        int guaranteed = score(pod("Guaranteed"), asks);
        int burstable = score(pod("Burstable"), asks);
        int bestEffort = score(pod("BestEffort"), asks);
        assertEquals(-997, guaranteed);
        assertEquals(750, burstable);
        assertEquals(1000, bestEffort);
    }

    private int score(Pod pod, Container container) {
        return spec(pod, container, "").resources().oomScoreAdjust();
    }

    @Test
    void limitsBecomeTheRuntimes() {
        Container limited =
                Container.builder()
                        .name("main")
                        .resources(r ->
                                r.limits(
                                        Map.of(
                                                "cpu",
                                                Quantity.parse("500m"),
                                                "memory",
                                                Quantity.parse("64Mi"))))
                        .build();
        var resources = spec(pod("Guaranteed"), limited, "").resources();
        assertEquals(64L << 20, resources.memoryLimitBytes());
        assertEquals(0.5, (double) resources.cpuQuotaMicros() / resources.cpuPeriodMicros(), 0.001);
        assertTrue(resources.cpuShares() > 0);
    }
}
