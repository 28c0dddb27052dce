package dev.quilla.kubelet.pods;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.kubelet.runtime.RunState;
import dev.quilla.kubelet.runtime.RuntimeContainer;
import dev.quilla.model.Quantity;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodCondition;
import dev.quilla.model.core.v1.PodReadinessGate;
import dev.quilla.model.core.v1.PodStatus;
import dev.quilla.model.core.v1.ResourceRequirements;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PodStatusesTest {

    private static final Pod POD = Pods.pod("Always", List.of(), List.of(Pods.container("main")));

    private static ContainerReport report(
            Container container, Optional<RunState> state, boolean ready) {
        Optional<RuntimeContainer> found = state.map(s -> Pods.found(container.name(), 0, s));
        return new ContainerReport(
                container,
                "process",
                found,
                Optional.empty(),
                Optional.empty(),
                ready,
                ready,
                Optional.empty(),
                "");
    }

    private static PodStatus status(
            Pod pod,
            List<ContainerReport> inits,
            List<ContainerReport> containers,
            SyncPlan.Outcome outcome) {
        String ip = outcome == SyncPlan.Outcome.GOES_ON && containers.isEmpty() ? "" : "10.244.0.5";
        return PodStatuses.of(
                pod,
                new PodStatuses.Facts(
                        inits,
                        containers,
                        List.of(),
                        outcome,
                        ip,
                        "192.168.0.1",
                        Optional.empty(),
                        Optional.empty()),
                Pods.NOW);
    }

    private static PodStatus status(Pod pod, boolean ready) {
        return status(
                pod,
                List.of(),
                List.of(report(Pods.container("main"), Optional.of(Pods.running()), ready)),
                SyncPlan.Outcome.GOES_ON);
    }

    private static PodCondition condition(PodStatus status, String type) {
        return status.conditions().stream()
                .filter(c -> c.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aReadyPodHasAllItsConditions() {
        PodStatus status = status(POD, true);
        assertEquals("Running", status.phase());
        assertEquals("10.244.0.5", status.podIP());
        assertEquals(
                List.of(
                        "PodReadyToStartContainers=True",
                        "Initialized=True",
                        "ContainersReady=True",
                        "Ready=True"),
                status.conditions().stream().map(c -> c.type() + "=" + c.status()).toList());
    }

    @Test
    void howAContainerEndedIsRememberedWhenItIsGone() {
        Container main = Pods.container("main");
        PodStatus ended =
                status(
                        POD,
                        List.of(),
                        List.of(report(main, Optional.of(Pods.exited(0)), false)),
                        SyncPlan.Outcome.SUCCEEDED);
        Pod told = POD.toBuilder().status(s -> ended.toBuilder()).build();
        PodStatus later =
                status(
                        told,
                        List.of(),
                        List.of(report(main, Optional.empty(), false)),
                        SyncPlan.Outcome.SUCCEEDED);
        assertEquals(ended.containerStatuses(), later.containerStatuses());
        PodStatus again =
                status(
                        told,
                        List.of(),
                        List.of(report(main, Optional.empty(), false)),
                        SyncPlan.Outcome.GOES_ON);
        assertEquals(
                "ContainerCreating",
                again.containerStatuses().getFirst().state().waiting().reason());
    }

    @Test
    void whyAPodIsNotResizedIsACondition() {
        ContainerReport main =
                new ContainerReport(
                        Pods.container("main"),
                        "process",
                        Optional.of(Pods.found("main", 0, Pods.running())),
                        Optional.empty(),
                        Optional.empty(),
                        true,
                        true,
                        Optional.of(
                                ResourceRequirements.builder()
                                        .requests(Map.of("cpu", Quantity.of(1)))
                                        .build()),
                        "");
        PodStatus status =
                PodStatuses.of(
                        POD,
                        new PodStatuses.Facts(
                                List.of(),
                                List.of(main),
                                List.of(),
                                SyncPlan.Outcome.GOES_ON,
                                "10.244.0.5",
                                "192.168.0.1",
                                Optional.empty(),
                                Optional.of(
                                        new PodResizing.Why(
                                                PodResizing.Why.PENDING, "Deferred", "later"))),
                        Pods.NOW);
        PodCondition pending = condition(status, "PodResizePending");
        assertEquals(
                "True Deferred later",
                pending.status() + " " + pending.reason() + " " + pending.message());
        var told = status.containerStatuses().getFirst();
        assertEquals(Quantity.of(1), told.resources().requests().get("cpu"));
        assertEquals(Quantity.of(1), told.allocatedResources().get("cpu"));
    }

    @Test
    void anEphemeralContainerIsToldOfAndChangesNothingElse() {
        List<ContainerReport> main =
                List.of(report(Pods.container("main"), Optional.of(Pods.running()), true));
        ContainerReport failed = report(Pods.container("look"), Optional.of(Pods.exited(1)), false);
        PodStatus status =
                PodStatuses.of(
                        POD,
                        new PodStatuses.Facts(
                                List.of(),
                                main,
                                List.of(failed),
                                SyncPlan.Outcome.GOES_ON,
                                "10.244.0.5",
                                "192.168.0.1",
                                Optional.empty(),
                                Optional.empty()),
                        Pods.NOW);
        assertEquals("True", condition(status, "Ready").status());
        assertEquals("look", status.ephemeralContainerStatuses().getFirst().name());
        assertEquals(
                1, status.ephemeralContainerStatuses().getFirst().state().terminated().exitCode());
    }

    @Test
    void aPodThatIsNotReadyNamesTheContainers() {
        PodStatus status = status(POD, false);
        assertEquals("False", condition(status, "Ready").status());
        assertEquals("ContainersNotReady", condition(status, "Ready").reason());
        assertEquals(
                "containers with unready status: [main]",
                condition(status, "ContainersReady").message());
    }

    @Test
    void aPodThatIsNotInitializedIsPending() {
        Container init = Pods.container("init");
        Pod pod = Pods.pod("Always", List.of(init), List.of(Pods.container("main")));
        PodStatus status =
                status(
                        pod,
                        List.of(report(init, Optional.of(Pods.running()), false)),
                        List.of(report(Pods.container("main"), Optional.empty(), false)),
                        SyncPlan.Outcome.GOES_ON);
        assertEquals("Pending", status.phase());
        assertEquals("ContainersNotInitialized", condition(status, "Initialized").reason());
        assertEquals(
                "containers with incomplete status: [init]",
                condition(status, "Initialized").message());
    }

    @Test
    void aClosedGateKeepsAPodFromBeingReadyAndIsNamed() {
        Pod gated =
                POD.toBuilder()
                        .spec(s ->
                                s.readinessGates(
                                        List.of(
                                                PodReadinessGate.builder()
                                                        .conditionType("example.org/up")
                                                        .build())))
                        .build();
        PodStatus closed = status(gated, true);
        assertEquals("True", condition(closed, "ContainersReady").status());
        assertEquals("False", condition(closed, "Ready").status());
        assertEquals("ReadinessGatesNotReady", condition(closed, "Ready").reason());
        assertEquals(
                "corresponding condition of pod readiness gate \"example.org/up\" does not exist.",
                condition(closed, "Ready").message());
        PodCondition up = PodCondition.builder().type("example.org/up").status("True").build();
        Pod open = gated.toBuilder().status(s -> s.conditions(List.of(up))).build();
        assertEquals("True", condition(status(open, true), "Ready").status());
    }

    @Test
    void aConditionKeepsItsTimeUntilItChanges() {
        Instant longAgo = Instant.parse("2025-01-01T00:00:00Z");
        PodCondition ready =
                PodCondition.builder()
                        .type("Ready")
                        .status("True")
                        .lastTransitionTime(longAgo)
                        .build();
        Pod before = POD.toBuilder().status(s -> s.conditions(List.of(ready))).build();
        assertEquals(
                Optional.of(longAgo),
                condition(status(before, true), "Ready").lastTransitionTime());
        assertEquals(
                Optional.of(Pods.NOW),
                condition(status(before, false), "Ready").lastTransitionTime());
    }

    @Test
    void aPodThatIsOverIsNotReadyAndSaysSo() {
        PodStatus done =
                status(
                        POD,
                        List.of(),
                        List.of(report(Pods.container("main"), Optional.of(Pods.exited(0)), false)),
                        SyncPlan.Outcome.SUCCEEDED);
        assertEquals("Succeeded", done.phase());
        assertEquals("PodCompleted", condition(done, "Ready").reason());
        assertEquals(0, done.containerStatuses().getFirst().state().terminated().exitCode());
    }
}
