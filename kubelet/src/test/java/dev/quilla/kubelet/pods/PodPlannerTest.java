package dev.quilla.kubelet.pods;

import static dev.quilla.kubelet.pods.Pods.container;
import static dev.quilla.kubelet.pods.Pods.exited;
import static dev.quilla.kubelet.pods.Pods.found;
import static dev.quilla.kubelet.pods.Pods.pod;
import static dev.quilla.kubelet.pods.Pods.running;
import static dev.quilla.kubelet.pods.Pods.sidecar;
import static dev.quilla.kubelet.pods.Pods.state;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.kubelet.pods.SyncPlan.Outcome;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.ContainerStatus;
import dev.quilla.model.core.v1.EphemeralContainer;
import dev.quilla.model.core.v1.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PodPlannerTest {

    private static final List<Container> MAIN = List.of(container("main"));

    private static SyncPlan plan(Pod pod, PodState actual) {
        return plan(pod, actual, Duration.ZERO);
    }

    private static SyncPlan plan(Pod pod, PodState actual, Duration backoff) {
        return PodPlanner.plan(pod, actual, name -> true, name -> backoff, Pods.NOW);
    }

    private static List<String> starts(SyncPlan plan) {
        return plan.start().stream().map(s -> s.container().name() + "#" + s.attempt()).toList();
    }

    @Test
    void aNewPodsContainersAreStartedTogether() {
        Pod pod = pod("Always", List.of(), List.of(container("a"), container("b")));
        assertEquals(List.of("a#0", "b#0"), starts(plan(pod, PodState.NOTHING)));
    }

    @Test
    void initContainersRunOneAfterTheOther() {
        Pod pod = pod("Always", List.of(container("one"), container("two")), MAIN);
        SyncPlan first = plan(pod, PodState.NOTHING);
        assertEquals(List.of("one#0"), starts(first));
        assertEquals("PodInitializing", first.waiting().get("two").reason());
        assertEquals("PodInitializing", first.waiting().get("main").reason());
        assertEquals(List.of(), starts(plan(pod, state(found("one", 0, running())))));
        assertEquals(List.of("two#0"), starts(plan(pod, state(found("one", 0, exited(0))))));
        assertEquals(
                List.of("main#0"),
                starts(plan(pod, state(found("one", 0, exited(0)), found("two", 0, exited(0))))));
    }

    @Test
    void anInitContainerThatFailsIsTriedAgainOrEndsThePod() {
        PodState failed = state(found("one", 0, exited(1)));
        assertEquals(
                List.of("one#1"),
                starts(plan(pod("OnFailure", List.of(container("one")), MAIN), failed)));
        assertEquals(
                Outcome.FAILED,
                plan(pod("Never", List.of(container("one")), MAIN), failed).outcome());
    }

    @Test
    void aSidecarOnlyHasToBeUpBeforeTheNext() {
        Pod pod = pod("Never", List.of(sidecar("proxy")), MAIN);
        assertEquals(List.of("proxy#0"), starts(plan(pod, PodState.NOTHING)));
        PodState up = state(found("proxy", 0, running()));
        assertEquals(List.of("main#0"), starts(plan(pod, up)));
        SyncPlan starting =
                PodPlanner.plan(pod, up, name -> false, name -> Duration.ZERO, Pods.NOW);
        assertEquals(List.of(), starts(starting));
    }

    @Test
    void aSidecarComesBackAndMainContainersDontWaitForIt() {
        Pod pod = pod("Always", List.of(sidecar("proxy")), MAIN);
        PodState actual = state(found("proxy", 0, exited(1)), found("main", 0, exited(1)));
        assertEquals(List.of("proxy#1", "main#1"), starts(plan(pod, actual)));
    }

    @Test
    void aPodIsOverWithItsMainContainersAndItsSidecarsAreEnded() {
        Pod pod = pod("Never", List.of(sidecar("proxy")), MAIN);
        SyncPlan plan = plan(pod, state(found("proxy", 0, running()), found("main", 0, exited(0))));
        assertEquals(Outcome.SUCCEEDED, plan.outcome());
        assertEquals(List.of("proxy"), plan.stop().stream().map(c -> c.name()).toList());
    }

    @Test
    void theRestartPolicyDecidesWhatAnEndMeans() {
        PodState good = state(found("main", 0, exited(0)));
        PodState bad = state(found("main", 0, exited(3)));
        assertEquals(List.of("main#1"), starts(plan(pod("Always", List.of(), MAIN), good)));
        assertEquals(Outcome.SUCCEEDED, plan(pod("OnFailure", List.of(), MAIN), good).outcome());
        assertEquals(List.of("main#1"), starts(plan(pod("OnFailure", List.of(), MAIN), bad)));
        assertEquals(Outcome.SUCCEEDED, plan(pod("Never", List.of(), MAIN), good).outcome());
        assertEquals(Outcome.FAILED, plan(pod("Never", List.of(), MAIN), bad).outcome());
    }

    @Test
    void aContainerRestsBeforeItIsStartedAgain() {
        SyncPlan plan =
                plan(
                        pod("Always", List.of(), MAIN),
                        state(found("main", 2, exited(1))),
                        Duration.ofSeconds(20));
        assertEquals(List.of(), starts(plan));
        assertEquals("CrashLoopBackOff", plan.waiting().get("main").reason());
        assertTrue(plan.waiting().get("main").message().startsWith("back-off 20s restarting"));
        assertEquals(Optional.of(Duration.ofSeconds(15)), plan.lookAgain());
    }

    @Test
    void aPodBeyondItsDeadlineFailsAndSaysWhy() {
        Pod pod = pod("Always", List.of(), MAIN);
        Pod limited =
                pod.toBuilder()
                        .spec(s -> s.activeDeadlineSeconds(30L))
                        .status(s -> s.startTime(Pods.NOW.minusSeconds(10)))
                        .build();
        PodState actual = state(found("main", 0, running()));
        SyncPlan inTime = plan(limited, actual);
        assertEquals(Outcome.GOES_ON, inTime.outcome());
        assertEquals(Optional.of(Duration.ofSeconds(20)), inTime.lookAgain());

        Pod late = limited.toBuilder().status(s -> s.startTime(Pods.NOW.minusSeconds(30))).build();
        SyncPlan plan = plan(late, actual);
        assertEquals(Outcome.FAILED, plan.outcome());
        assertEquals("DeadlineExceeded", plan.why().orElseThrow().reason());
        assertEquals(1, plan.stop().size());
    }

    @Test
    void aPodThatIsOverStaysSo() {
        Pod pod = pod("Always", List.of(), MAIN);
        Pod over = pod.toBuilder().status(s -> s.phase("Failed")).build();
        SyncPlan plan = plan(over, PodState.NOTHING);
        assertEquals(Outcome.FAILED, plan.outcome());
        assertEquals(List.of(), plan.start());
    }

    private static Pod lookedInto(Pod pod) {
        EphemeralContainer look =
                EphemeralContainer.builder()
                        .name("look")
                        .image("tools:1")
                        .command(List.of("sh"))
                        .targetContainerName("main")
                        .build();
        return pod.toBuilder().spec(s -> s.ephemeralContainers(List.of(look))).build();
    }

    @Test
    void anEphemeralContainerIsStartedBesideTheOthers() {
        Pod pod = lookedInto(pod("Always", List.of(container("init")), MAIN));
        SyncPlan plan = plan(pod, state(found("init", 0, running())));
        assertEquals(List.of("look#0"), starts(plan));
        Container look = plan.start().getFirst().container();
        assertEquals(List.of("sh"), look.command());
        assertEquals("tools:1", look.image());
    }

    @Test
    void anEphemeralContainerIsStartedOnceAndEndsNoPod() {
        Pod pod = lookedInto(pod("Never", List.of(), MAIN));
        PodState ended = state(found("main", 0, running()), found("look", 0, exited(1)));
        assertEquals(List.of(), starts(plan(pod, ended)));
        assertEquals(Outcome.GOES_ON, plan(pod, ended).outcome());
        Pod told =
                pod.toBuilder()
                        .status(s ->
                                s.ephemeralContainerStatuses(
                                        List.of(
                                                ContainerStatus.builder()
                                                        .name("look")
                                                        .containerID("process://look-0")
                                                        .build())))
                        .build();
        assertEquals(List.of(), starts(plan(told, state(found("main", 0, running())))));
    }

    @Test
    void aPodThatIsOverEndsWhatLooksIntoIt() {
        Pod pod = lookedInto(pod("Never", List.of(), MAIN));
        SyncPlan plan = plan(pod, state(found("main", 0, exited(0)), found("look", 0, running())));
        assertEquals(Outcome.SUCCEEDED, plan.outcome());
        assertEquals(List.of("look"), plan.stop().stream().map(c -> c.name()).toList());
    }

    @Test
    void aPodWhoseSandboxIsGoneBeginsAnew() {
        Pod pod = pod("Always", List.of(container("init")), MAIN);
        PodState actual = state(found("init", 0, exited(0)), found("main", 0, running()));
        PodState without = new PodState(List.of(), actual.containers());
        assertTrue(
                starts(plan(pod, without)).contains("main#1"),
                () -> "" + starts(plan(pod, without)));
    }
}
