package dev.quilla.benchmarks.cluster;

import dev.quilla.client.ApiClient;
import dev.quilla.client.ListOptions;
import dev.quilla.client.ResourceClient;
import dev.quilla.client.Transport;
import dev.quilla.client.http.HttpsOptions;
import dev.quilla.client.http.HttpsTransport;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.apps.v1.Deployment;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Time from declaring a Deployment to all of its pods being ready. */
final class PodsToReady {

    private static final Duration LOOK = Duration.ofMillis(10);
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    private final HttpsOptions options;

    PodsToReady(HttpsOptions options) {
        this.options = options;
    }

    /** One line about so many pods. */
    String run(int pods) {
        ObjectKey key = new ObjectKey("default", "to-ready-" + pods);
        try (Transport transport = new HttpsTransport(options)) {
            ResourceClient<Deployment> deployments =
                    new ApiClient(transport).resource(Resources.DEPLOYMENTS);
            long start = System.nanoTime();
            deployments.create(deployment(key, pods));
            await(pods + " ready pods", () -> ready(deployments.get(key)) >= pods);
            double ms = (System.nanoTime() - start) / 1e6;
            deployments.delete(key);
            ResourceClient<Pod> all = new ApiClient(transport).resource(Resources.PODS);
            ListOptions mine =
                    ListOptions.inNamespace(key.namespace()).withLabelSelector("app=" + key.name());
            await("the end of all pods", () -> all.list(mine).items().isEmpty());
            return String.format(Locale.ROOT, "declared to ready, %2d pods: %.0f ms", pods, ms);
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("waited in vain for " + what + ": " + TIMEOUT);
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private static int ready(Deployment deployment) {
        return deployment.status().readyReplicas();
    }

    private static Deployment deployment(ObjectKey key, int pods) {
        Map<String, String> labels = Map.of("app", key.name());
        Container container =
                Container.builder()
                        .name("c")
                        .image("host")
                        .command(List.of("sleep", "3600"))
                        .build();
        return Deployment.builder()
                .metadata(m -> m.namespace(key.namespace()).name(key.name()))
                .spec(s ->
                        s.replicas(pods)
                                .selector(l -> l.matchLabels(labels))
                                .template(t ->
                                        t.metadata(m -> m.labels(labels))
                                                .spec(p ->
                                                        p.terminationGracePeriodSeconds(0L)
                                                                .containers(List.of(container)))))
                .build();
    }
}
