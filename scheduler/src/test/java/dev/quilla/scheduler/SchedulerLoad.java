package dev.quilla.scheduler;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * What one decision costs, without the API: 2,000 pods are placed on clusters of two sizes, three
 * kinds of pods after each other. Run by hand; prints microseconds of processor time a pod.
 */
public final class SchedulerLoad {

    private static final int PODS = 2000;
    private static final String CONTAINERS =
            "containers: [{name: c, image: x, resources: {requests: {cpu: 10m, memory: 16Mi}}}]";
    private static final String ANTI_AFFINITY =
            """
            affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: \
            [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: a%d}}}]}}
            """;
    private static final String SPREAD =
            """
            topologySpreadConstraints: [{maxSkew: 2, whenUnsatisfiable: DoNotSchedule, topologyKey: \
            topology.kubernetes.io/zone, labelSelector: {matchLabels: {app: s}}}]
            """;

    private SchedulerLoad() {}

    /** Measures each case twice; the second time the code is warm. */
    public static void main(String[] args) {
        for (int nodes : new int[] {100, 1000}) {
            for (int round = 0; round < 2; round++) {
                print(nodes, "plain", place(nodes, "app: web", i -> CONTAINERS));
                print(
                        nodes,
                        "anti-affinity",
                        place(
                                nodes,
                                "app: a%d",
                                i -> ANTI_AFFINITY.formatted(i / (PODS / 20)) + CONTAINERS));
                print(nodes, "spread", place(nodes, "app: s", i -> SPREAD + CONTAINERS));
            }
        }
    }

    private interface Spec {
        String of(int pod);
    }

    private static void print(int nodes, String what, double micros) {
        System.out.printf("%5d nodes  %-14s %8.1f us a pod%n", nodes, what, micros);
    }

    private static double place(int nodes, String labels, Spec spec) {
        Scene scene = new Scene(1);
        for (int i = 0; i < nodes; i++) {
            scene.cache()
                    .nodeChanged(
                            Scene.parse(
                                    dev.quilla.model.Resources.NODES,
                                    """
                                    metadata:
                                      name: node-%d
                                      labels: {kubernetes.io/hostname: node-%d, \
                                    topology.kubernetes.io/zone: z-%d}
                                    status: {allocatable: {cpu: "32", memory: 64Gi, pods: "110"}}
                                    """
                                            .formatted(i, i, i % 5)));
        }
        List<PodInfo> pods = new ArrayList<>();
        for (int i = 0; i < PODS; i++) {
            pods.add(
                    scene.pod(
                            "p" + i,
                            ", labels: {" + labels.formatted(i / (PODS / 20)) + "}",
                            spec.of(i)));
        }
        long start = cpuNanos();
        for (PodInfo pod : pods) {
            switch (scene.decide(pod)) {
                case Decision.Bind(String node) -> scene.running(pod, node);
                case Decision other -> throw new IllegalStateException(other.toString());
            }
        }
        return (cpuNanos() - start) / 1e3 / PODS;
    }

    /** Time of the processor, since others may use the machine too. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
