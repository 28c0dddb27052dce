package dev.quilla.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.model.Resources;
import dev.quilla.plugin.NodeView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SchedulingCycleTest {

    private final Scene scene = new Scene(1);

    private PodInfo plain(String spec) {
        return scene.pod("p", "", spec + "\n  containers: [{name: c, image: x}]");
    }

    private PodInfo web(String name, String spec) {
        return scene.pod(
                name, ", labels: {app: web}", spec + "\n  containers: [{name: c, image: x}]");
    }

    @Test
    void saysWhyNoNodeWillDo() {
        scene.node("a").node("b", "spec: {unschedulable: true}").node("c");
        PodInfo pod =
                scene.pod(
                        "p",
                        "",
                        """
                        nodeSelector: {kubernetes.io/hostname: a}
                          containers: [{name: c, image: x, resources: {requests: {cpu: "5"}}}]
                        """);
        assertEquals(
                "0/3 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match Pod's node"
                        + " affinity/selector, 1 node(s) were unschedulable. preemption: 0/3 nodes"
                        + " are available: 3 Preemption is not helpful for scheduling.",
                scene.told(pod));
    }

    @Test
    void saysThatThereIsNoNode() {
        assertEquals("no nodes available to schedule pods", scene.told(plain("priority: 0")));
    }

    @Test
    void saysThatNobodyCanMakeRoom() {
        scene.node("a").running(scene.pod("old", "3", 10), "a");
        assertEquals(
                "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available:"
                        + " 1 No preemption victims found for incoming pod.",
                scene.told(scene.pod("new", "2", 10)));
    }

    @Test
    void taintsAreTolerated() {
        scene.node("a", "spec: {taints: [{key: gpu, value: big, effect: NoSchedule}]}");
        assertTrue(
                scene.told(plain("priority: 0"))
                        .startsWith(
                                "0/1 nodes are available: 1 node(s) had untolerated taint"
                                        + " {gpu: big}."));
        assertEquals("bind a", scene.told(plain("tolerations: [{key: gpu, operator: Exists}]")));
    }

    @Test
    void nodeAffinityIsMet() {
        scene.node("a").node("b");
        String required =
                """
                affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution:
                    {nodeSelectorTerms: [{matchExpressions:
                      [{key: kubernetes.io/hostname, operator: NotIn, values: [a]}]}]}}}
                """;
        assertEquals("bind b", scene.told(plain(required)));
    }

    @Test
    void hostPortIsGivenOnce() {
        scene.node("a").node("b");
        String spec =
                "containers: [{name: c, image: x, ports: [{containerPort: 80, hostPort: 80}]}]";
        for (String expected : List.of("a", "b")) {
            PodInfo pod = scene.pod("p" + expected, "", spec);
            String told = scene.told(pod);
            assertTrue(told.startsWith("bind "), told);
            scene.running(pod, told.substring(5));
        }
        assertTrue(
                scene.told(scene.pod("third", "", spec))
                        .contains("2 node(s) didn't have free ports for the requested pod ports"));
    }

    @Test
    void podsAreCounted() {
        scene.node("a");
        for (int i = 0; i < 10; i++) {
            scene.running(scene.pod("p" + i, "0", 0), "a");
        }
        assertTrue(scene.told(scene.pod("p", "0", 0)).contains("1 Too many pods"));
    }

    @Test
    void extendedResourcesAreCounted() {
        scene.node("a");
        scene.cache()
                .nodeChanged(
                        Scene.parse(
                                Resources.NODES,
                                "metadata: {name: b}\n"
                                        + "status: {allocatable: {pods: '10', x.io/gpu: '1'}}"));
        String spec = "containers: [{name: c, image: x, resources: {requests: {x.io/gpu: '1'}}}]";
        PodInfo first = scene.pod("p", "", spec);
        assertEquals("bind b", scene.told(first));
        scene.running(first, "b");
        assertTrue(scene.told(scene.pod("q", "", spec)).contains("2 Insufficient x.io/gpu"));
    }

    @Test
    void antiAffinityKeepsReplicasApart() {
        scene.node("a").node("b");
        String apart =
                """
                affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution:
                    [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}]}}
                """;
        TreeSet<String> used = new TreeSet<>();
        for (int i = 0; i < 2; i++) {
            PodInfo pod = web("w" + i, apart);
            String told = scene.told(pod);
            used.add(told);
            scene.running(pod, told.substring(5));
        }
        assertEquals(new TreeSet<>(List.of("bind a", "bind b")), used);
        assertTrue(
                scene.told(web("third", apart))
                        .contains("2 node(s) didn't match pod anti-affinity rules"));
        assertTrue(
                scene.told(web("modest", "priority: 0"))
                        .contains("2 node(s) didn't satisfy existing pods anti-affinity rules"));
    }

    @Test
    void affinityBringsPodsTogetherAndItsFirstPodGoesAnywhere() {
        scene.node("a").node("b").node("c");
        String near =
                """
                affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution:
                    [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}]}}
                """;
        PodInfo first = web("first", near);
        String told = scene.told(first);
        scene.running(first, told.substring(5));
        for (int i = 0; i < 5; i++) {
            assertEquals(told, scene.told(web("next" + i, near)));
        }
    }

    @Test
    void spreadHoldsItsSkew() {
        scene.node("a").node("b");
        String spread =
                """
                topologySpreadConstraints:
                  - {maxSkew: 1, topologyKey: topology.kubernetes.io/zone,
                     whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: web}}}
                """;
        scene.running(web("one", spread), "a");
        assertEquals("bind b", scene.told(web("two", spread)));
        scene.running(web("two", spread), "b").running(web("three", spread), "b");
        assertEquals("bind a", scene.told(web("four", spread)));
    }

    @Test
    void victimsAreTheFewestAndLeastImportant() {
        scene.node("a").node("b");
        scene.running(scene.pod("a1", "2", 5), "a").running(scene.pod("a2", "2", 1), "a");
        scene.running(scene.pod("b1", "4", 7), "b");
        assertEquals("preempt on a: [a2]", scene.told(scene.pod("new", "2", 10)));
        assertEquals(
                "preempt on b: [b1]",
                new Scene(1)
                        .node("b")
                        .running(scene.pod("b1", "4", 7), "b")
                        .told(scene.pod("new", "4", 8)));
    }

    @Test
    void nobodyIsDrivenOutForAPodThatForbidsIt() {
        scene.node("a").running(scene.pod("old", "4", 0), "a");
        PodInfo polite =
                scene.pod(
                        "p",
                        "",
                        """
                        priority: 10
                          preemptionPolicy: Never
                          containers: [{name: c, image: x, resources: {requests: {cpu: "1"}}}]
                        """);
        assertEquals(
                "0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to"
                        + " preemptionPolicy=Never.",
                scene.told(polite));
    }

    @Test
    void podWithAPromisedNodeDrivesNobodyElseOut() {
        scene.node("a").node("b");
        PodInfo victim = scene.pod("victim", "4", 0);
        scene.running(victim, "a").running(scene.pod("other", "4", 0), "b");
        PodInfo pod = scene.pod("new", "4", 10);
        assertEquals("preempt on a: [victim]", scene.told(pod));
        scene.cache().nominate(pod, "a");
        scene.running(PodInfo.of(Scene.ending(victim.pod())), "a");
        assertTrue(
                scene.told(pod)
                        .endsWith(
                                "preemption: not eligible due to a terminating pod on the nominated"
                                        + " node."));
    }

    @Test
    void promisedRoomIsKeptFromPodsOfLowerPriority() {
        scene.node("a");
        PodInfo important = scene.pod("important", "3", 10);
        scene.cache().nominate(important, "a");
        assertTrue(scene.told(scene.pod("modest", "2", 0)).contains("1 Insufficient cpu"));
        assertEquals("bind a", scene.told(important));
        assertEquals("bind a", scene.told(scene.pod("more", "2", 20)));
        scene.cache().podGone(important.key());
        assertEquals("bind a", scene.told(scene.pod("modest", "2", 0)));
    }

    @Test
    void sameSeedMakesTheSameChoices() {
        assertEquals(placements(7), placements(7));
    }

    private static List<String> placements(long seed) {
        Scene scene = new Scene(seed).node("a").node("b").node("c");
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            PodInfo pod = scene.pod("p" + i, "100m", 0);
            String told = scene.told(pod);
            all.add(told);
            scene.running(pod, told.substring(5));
        }
        return all;
    }

    @Test
    void noNodeIsEverOvercommittedAndNoPodOnTwo() {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            Scene chaos = new Scene(seed).node("a").node("b").node("c");
            Map<String, String> nodes = new HashMap<>();
            for (int i = 0; i < 60; i++) {
                PodInfo pod =
                        chaos.pod("p" + i, random.nextInt(1, 20) * 100 + "m", random.nextInt(3));
                switch (chaos.decide(pod)) {
                    case Decision.Bind(String node) -> {
                        chaos.running(pod, node);
                        nodes.put(pod.uid(), node);
                    }
                    case Decision.Preempt preempt ->
                            preempt.victims()
                                    .forEach(v -> {
                                        chaos.cache().podGone(v.pod().key());
                                        nodes.remove(v.pod().uid());
                                    });
                    case Decision.Unschedulable ignored -> {}
                    case Decision.Failed failed -> throw new AssertionError(failed.message());
                }
                check(chaos.cache().snapshot(), nodes, "seed " + seed);
            }
        }
    }

    private static void check(ClusterSnapshot cluster, Map<String, String> nodes, String seed) {
        Map<String, String> seen = new HashMap<>();
        for (NodeView node : cluster.nodes()) {
            long cpu = node.pods().stream().mapToLong(p -> p.requests().get("cpu")).sum();
            assertEquals(cpu, node.requested().get("cpu"), seed);
            assertTrue(cpu <= node.allocatable().get("cpu"), seed);
            assertTrue(node.pods().size() <= node.allocatable().get("pods"), seed);
            node.pods().forEach(p -> seen.put(p.pod().uid(), node.name()));
        }
        assertEquals(nodes, seen, seed);
    }

    private void budget(int allowed) {
        scene.cache()
                .budgetChanged(
                        Scene.parse(
                                dev.quilla.model.Resources.POD_DISRUPTION_BUDGETS,
                                """
                                metadata: {name: b, namespace: default}
                                spec: {selector: {matchLabels: {app: web}}}
                                status: {disruptionsAllowed: %d, currentHealthy: 1, \
                                desiredHealthy: 1, expectedPods: 1}
                                """
                                        .formatted(allowed)));
    }

    private static final String TWO_CORES =
            "priority: %d\n  containers: [{name: c, image: x,"
                    + " resources: {requests: {cpu: 2}}}]";

    @Test
    void thoseThatABudgetKeepsAreSparedBeforeMoreImportantOnes() {
        scene.node("a");
        scene.running(scene.pod("kept", ", labels: {app: web}", TWO_CORES.formatted(1)), "a");
        scene.running(scene.pod("free", "", TWO_CORES.formatted(5)), "a");
        PodInfo important = scene.pod("new", "2", 10);
        budget(0);
        assertEquals("preempt on a: [free]", scene.told(important));
        budget(1);
        assertEquals("preempt on a: [kept]", scene.told(important));
    }

    @Test
    void aNodeWhereNoBudgetIsBrokenIsTakenBeforeOneWithLessImportantPods() {
        scene.node("a").node("b");
        scene.running(
                scene.pod(
                        "kept",
                        ", labels: {app: web}",
                        "priority: 1\n  "
                                + "containers: [{name: c, image: x, resources: {requests: {cpu: 4}}}]"),
                "a");
        scene.running(scene.pod("free", "4", 5), "b");
        budget(0);
        assertEquals("preempt on b: [free]", scene.told(scene.pod("new", "2", 10)));
    }

    @Test
    void whereThereIsNoOtherWayABudgetIsBroken() {
        scene.node("a");
        scene.running(scene.pod("kept", ", labels: {app: web}", TWO_CORES.formatted(1)), "a");
        budget(0);
        assertEquals("preempt on a: [kept]", scene.told(scene.pod("new", "4", 10)));
    }
}
