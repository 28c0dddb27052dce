package dev.quilla.kubelet.pods;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.kubelet.pods.PodResizing.Why;
import dev.quilla.kubelet.runtime.ContainerId;
import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.Resources;
import dev.quilla.kubelet.runtime.RuntimeContainer;
import dev.quilla.model.Quantity;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.ContainerResizePolicy;
import dev.quilla.model.core.v1.ContainerStatus;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.ResourceRequirements;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PodResizingTest {

    private static final Quantity CPUS = Quantity.of(4);
    private static final String MIB = "Mi";

    private final List<String> done = new ArrayList<>();
    private final List<Pod> others = new ArrayList<>();
    private final PodResizing resizing =
            new PodResizing(
                    new Machine(),
                    Pods.specs(),
                    new NodeRoom(
                            Map.of("cpu", CPUS, "memory", Quantity.parse("1Gi")),
                            () -> List.copyOf(others)),
                    (pod, type, reason, message) -> done.add(reason));
    private boolean hold = true;
    private long used;
    private Optional<String> refusal = Optional.empty();

    /** Limits that are written down. */
    private final class Machine implements PodResizing.Limits {

        @Override
        public boolean hold(ContainerId id) {
            return hold;
        }

        @Override
        public void change(ContainerId id, Resources resources) {
            refusal.ifPresent(why -> {
                throw new ContainerRuntimeException(
                        ContainerRuntimeException.Reason.UNAVAILABLE, why);
            });
            done.add(id + " quota " + resources.cpuQuotaMicros());
        }

        @Override
        public long memoryBytes(ContainerId id) {
            return used;
        }
    }

    private static Container container(String cpu, String memory) {
        Map<String, Quantity> amounts =
                Map.of("cpu", Quantity.parse(cpu), "memory", Quantity.parse(memory + MIB));
        return Pods.container("main").toBuilder()
                .resources(ResourceRequirements.builder().limits(amounts).requests(amounts).build())
                .build();
    }

    /** A pod that wants something, and whose status says what it has. */
    private Pod pod(Container wanted) {
        Pod pod = Pods.pod("Always", List.of(), List.of(wanted));
        return resizing.given(running())
                .map(has ->
                        pod.toBuilder()
                                .status(s ->
                                        s.containerStatuses(
                                                List.of(
                                                        ContainerStatus.builder()
                                                                .name("main")
                                                                .containerID("process://main-0")
                                                                .resources(has)
                                                                .build())))
                                .build())
                .orElse(pod);
    }

    private static RuntimeContainer running() {
        return Pods.found("main", 0, Pods.running());
    }

    private void step(Container wanted, Set<String> started) throws Exception {
        Pod admitted = resizing.admitted(pod(wanted));
        resizing.step(
                admitted,
                Pods.state(running()),
                started,
                (container, found) -> done.add("restart"));
    }

    private void begin() throws Exception {
        step(container("1", "100"), Set.of("main"));
        assertEquals(List.of(), done);
    }

    @Test
    void aContainerThatIsStartedAgainHasWhatTheNodeTookOn() throws Exception {
        begin();
        Pod admitted =
                resizing.admitted(Pods.pod("Always", List.of(), List.of(container("5", "1"))));
        assertEquals(
                Quantity.of(1),
                admitted.spec().containers().getFirst().resources().limits().get("cpu"));
    }

    @Test
    void aKubeletThatStartsAnewReadsWhatContainersHave() throws Exception {
        ContainerStatus status =
                ContainerStatus.builder()
                        .name("main")
                        .containerID("process://main-0")
                        .resources(container("1", "100").resources())
                        .build();
        Pod pod =
                Pods.pod("Always", List.of(), List.of(container("2", "100"))).toBuilder()
                        .status(s -> s.containerStatuses(List.of(status)))
                        .build();
        resizing.step(
                resizing.admitted(pod),
                Pods.state(running()),
                Set.of(),
                (c, found) -> done.add("restart"));
        assertEquals(List.of("main-0 quota 200000", "ResizeCompleted"), done);
    }

    @Test
    void aContainerGetsWhatItHasComeToWant() throws Exception {
        begin();
        step(container("2", "100"), Set.of());
        assertEquals(List.of("main-0 quota 200000", "ResizeCompleted"), done);
        assertEquals(Quantity.of(2), resizing.given(running()).orElseThrow().limits().get("cpu"));
        step(container("2", "100"), Set.of());
        assertEquals(2, done.size(), "once");
        assertEquals(Optional.empty(), resizing.why());
    }

    @Test
    void aContainerThatAsksForARestartGetsOne() throws Exception {
        begin();
        ContainerResizePolicy policy =
                ContainerResizePolicy.builder()
                        .resourceName("memory")
                        .restartPolicy("RestartContainer")
                        .build();
        step(container("2", "100").toBuilder().resizePolicy(List.of(policy)).build(), Set.of());
        assertEquals(List.of("main-0 quota 200000", "ResizeCompleted"), done);
        done.clear();
        step(container("2", "200").toBuilder().resizePolicy(List.of(policy)).build(), Set.of());
        assertEquals(List.of("restart", "ResizeCompleted"), done);
    }

    @Test
    void whatTheNodeHasNotIsInfeasible() throws Exception {
        begin();
        step(container("5", "100"), Set.of());
        Why why = resizing.why().orElseThrow();
        assertEquals("PodResizePending Infeasible", why.type() + " " + why.reason());
        assertEquals(
                "Node didn't have enough capacity: cpu, requested: 5, capacity: 4", why.message());
        assertEquals(List.of("ResizeInfeasible"), done);
        assertEquals(Quantity.of(1), resizing.given(running()).orElseThrow().limits().get("cpu"));
        step(container("1", "100"), Set.of());
        assertEquals(Optional.empty(), resizing.why());
    }

    @Test
    void whatOthersHaveIsDeferredUntilTheyAreGone() throws Exception {
        begin();
        Pod other = Pods.pod("Always", List.of(), List.of(container("3", "100")));
        others.add(other.toBuilder().metadata(m -> m.uid("uid-2")).build());
        step(container("2", "100"), Set.of());
        assertEquals("Deferred", resizing.why().orElseThrow().reason());
        others.clear();
        step(container("2", "100"), Set.of());
        assertEquals(Optional.empty(), resizing.why());
        assertTrue(done.contains("main-0 quota 200000"));
    }

    @Test
    void memoryThatIsUsedIsNotTaken() throws Exception {
        begin();
        used = 90 << 20;
        step(container("1", "50"), Set.of());
        Why why = resizing.why().orElseThrow();
        assertEquals("PodResizeInProgress Error", why.type() + " " + why.reason());
        used = 10 << 20;
        step(container("1", "50"), Set.of());
        assertEquals(Optional.empty(), resizing.why());
    }

    @Test
    void aMachineThatRefusesIsToldOf() throws Exception {
        begin();
        refusal = Optional.of("read-only");
        step(container("2", "100"), Set.of());
        assertEquals("main: read-only", resizing.why().orElseThrow().message());
        step(container("2", "100"), Set.of());
        assertEquals(List.of("ResizeError"), done, "told once");
    }

    @Test
    void whereLimitsDoNotHoldNothingIsSaidToBeGiven() throws Exception {
        hold = false;
        step(container("1", "100"), Set.of("main"));
        assertEquals(Optional.empty(), resizing.given(running()));
    }
}
