package dev.quilla.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.model.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A scheduler that remembers decides exactly as one that has seen nothing before, whatever happens
 * to nodes and pods between two decisions.
 */
@Timeout(60)
class ReuseTest {

    private static final int STEPS = 400;
    private static final List<String> LABELS = List.of("app: a", "app: b", "app: c, tier: x", "");

    private static final List<String> RULES =
            List.of(
                    "",
                    "nodeSelector: {disk: ssd}",
                    "tolerations: [{key: k, operator: Exists}]",
                    "priority: 100",
                    "topologySpreadConstraints: [{maxSkew: 1, whenUnsatisfiable: DoNotSchedule,"
                            + " topologyKey: zone, labelSelector: {matchLabels: {app: a}}}]",
                    "topologySpreadConstraints: [{maxSkew: 1, whenUnsatisfiable: ScheduleAnyway,"
                            + " topologyKey: kubernetes.io/hostname, nodeTaintsPolicy: Honor,"
                            + " labelSelector: {matchLabels: {app: b}}}]",
                    "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution:"
                            + " [{topologyKey: kubernetes.io/hostname,"
                            + " labelSelector: {matchLabels: {app: a}}}]}}",
                    "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution:"
                            + " [{topologyKey: zone, namespaceSelector: {matchLabels: {team: t}},"
                            + " labelSelector: {matchLabels: {app: c}}}]}}",
                    "affinity: {podAffinity: {preferredDuringSchedulingIgnoredDuringExecution:"
                            + " [{weight: 7, podAffinityTerm: {topologyKey: zone,"
                            + " labelSelector: {matchLabels: {app: b}}}}]}}",
                    "affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution:"
                            + " [{weight: 9, podAffinityTerm: {topologyKey: zone,"
                            + " namespaceSelector: {matchLabels: {team: t}},"
                            + " labelSelector: {matchLabels: {app: a}}}}]}}");

    private record Placed(PodInfo pod, String node) {}

    private final Scene scene = new Scene(0);
    private final List<Placed> placed = new ArrayList<>();
    private final ShapeMemory memory = new ShapeMemory();
    private int names;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void rememberingChangesNoDecision(long seed) {
        Random random = new Random(seed);
        SchedulingCycle remembering =
                new SchedulingCycle(new Random(seed), new PolicyCalls(), memory);
        Random freshRandom = new Random(seed);
        Profile known = Scene.profile();
        for (int step = 0; step < STEPS; step++) {
            happen(random);
            PodInfo pod = pod(random);
            ClusterSnapshot cluster = scene.cache().snapshot();
            Decision fresh =
                    new SchedulingCycle(freshRandom, new PolicyCalls(), new ShapeMemory())
                            .schedule(cluster, pod, Scene.profile());
            Decision reused = remembering.schedule(cluster, pod, known);
            assertEquals(fresh, reused, "seed " + seed + ", step " + step);
            act(pod, reused);
        }
    }

    private void act(PodInfo pod, Decision decision) {
        switch (decision) {
            case Decision.Bind(String node) -> {
                scene.running(pod, node);
                placed.add(new Placed(pod, node));
            }
            case Decision.Preempt preempt -> scene.cache().nominate(pod, preempt.node());
            case Decision.Unschedulable _, Decision.Failed _ -> scene.cache().podGone(pod.key());
        }
    }

    private void happen(Random random) {
        switch (random.nextInt(6)) {
            case 0 -> node(random);
            case 1 -> scene.cache().nodeGone("n" + random.nextInt(12));
            case 2 -> {
                if (!placed.isEmpty()) {
                    Placed gone = placed.remove(random.nextInt(placed.size()));
                    scene.cache().podGone(gone.pod().key());
                }
            }
            case 3 ->
                    scene.cache()
                            .namespaceChanged(
                                    "default",
                                    random.nextBoolean()
                                            ? java.util.Map.of("team", "t")
                                            : java.util.Map.of());
            case 4 -> {
                if (!placed.isEmpty()) {
                    Placed ending = placed.get(random.nextInt(placed.size()));
                    scene.running(PodInfo.of(Scene.ending(ending.pod().pod())), ending.node());
                }
            }
            default -> {
                // Only the next pod.
            }
        }
    }

    private void node(Random random) {
        String name = "n" + random.nextInt(12);
        scene.cache()
                .nodeChanged(
                        Scene.parse(
                                Resources.NODES,
                                """
                                metadata:
                                  name: %s
                                  labels: {kubernetes.io/hostname: %s, zone: z%d%s}
                                spec: {unschedulable: %b%s}
                                status: {allocatable: {cpu: "%d", memory: 8Gi, pods: "%d"}}
                                """
                                        .formatted(
                                                name,
                                                name,
                                                random.nextInt(3),
                                                random.nextBoolean() ? ", disk: ssd" : "",
                                                random.nextInt(8) == 0,
                                                random.nextInt(4) == 0
                                                        ? ", taints: [{key: k, effect: NoSchedule}]"
                                                        : "",
                                                1 + random.nextInt(4),
                                                3 + random.nextInt(10))));
    }

    private PodInfo pod(Random random) {
        return scene.pod(
                "p" + names++,
                ", labels: {" + LABELS.get(random.nextInt(LABELS.size())) + "}",
                RULES.get(random.nextInt(RULES.size()))
                        + "\n  containers: [{name: c, image: x, resources: {requests: {cpu: %dm}}}]"
                                .formatted(200 * (1 + random.nextInt(4))));
    }
}
