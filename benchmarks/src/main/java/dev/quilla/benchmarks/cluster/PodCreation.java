package dev.quilla.benchmarks.cluster;

import dev.quilla.benchmarks.Latencies;
import dev.quilla.client.ApiClient;
import dev.quilla.client.ListOptions;
import dev.quilla.client.ResourceClient;
import dev.quilla.client.Transport;
import dev.quilla.client.http.HttpsOptions;
import dev.quilla.client.http.HttpsTransport;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.meta.v1.DeleteOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Pods created through the API by some clients at once, each with a connection of its own. No
 * scheduler takes the pods, so that the API alone is measured.
 */
final class PodCreation {

    private static final String NAMESPACE = "default";
    private static final String LABEL = "benchmark";

    /** How many a second, and how long each took. */
    record Creations(double rate, Latencies latencies) {}

    private final HttpsOptions options;

    PodCreation(HttpsOptions options) {
        this.options = options;
    }

    /** What so many clients that create for so long have done. */
    Creations run(int clients, Duration length) throws InterruptedException {
        ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
        long start = System.nanoTime();
        long end = start + length.toNanos();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            threads.add(Thread.ofVirtual().start(() -> create(end, nanos)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        removeAll();
        Latencies latencies = Latencies.of(nanos.stream().mapToLong(Long::longValue));
        return new Creations(latencies.count() / seconds, latencies);
    }

    private void create(long end, ConcurrentLinkedQueue<Long> nanos) {
        try (Transport transport = HttpsTransport.spread(options)) {
            ResourceClient<Pod> pods = new ApiClient(transport).resource(Resources.PODS);
            while (System.nanoTime() < end) {
                long before = System.nanoTime();
                pods.create(pod());
                nanos.add(System.nanoTime() - before);
            }
        }
    }

    private void removeAll() {
        try (Transport transport = new HttpsTransport(options)) {
            new ApiClient(transport)
                    .resource(Resources.PODS)
                    .deleteCollection(
                            ListOptions.inNamespace(NAMESPACE).withLabelSelector(LABEL + "=create"),
                            DeleteOptions.builder().gracePeriodSeconds(0).build());
        }
    }

    private static Pod pod() {
        Container container =
                Container.builder()
                        .name("c")
                        .image("host")
                        .command(List.of("sleep", "3600"))
                        .build();
        return Pod.builder()
                .metadata(m ->
                        m.namespace(NAMESPACE)
                                .generateName("create-")
                                .labels(Map.of(LABEL, "create")))
                .spec(s -> s.schedulerName("nobody").containers(List.of(container)))
                .build();
    }
}
