package dev.quilla.controller.autoscaling;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.client.fake.HttpsPeer;
import dev.quilla.controller.RegisteredServer;
import dev.quilla.controller.TestCluster;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Quantity;
import dev.quilla.model.Resources;
import dev.quilla.model.apps.v1.ReplicaSet;
import dev.quilla.model.autoscaling.v2.HorizontalPodAutoscaler;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.metrics.v1beta1.ContainerMetrics;
import dev.quilla.model.metrics.v1beta1.PodMetrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AutoscalerControllerTest {

    private static final ObjectKey KEY = new ObjectKey("default", "web");

    private final TestCluster cluster = new TestCluster();
    private final Map<String, String> used = new HashMap<>();
    private final AutoscalerController controller =
            new AutoscalerController(
                    cluster.client,
                    cluster.informers,
                    cluster.events,
                    (namespace, selector) ->
                            used.entrySet().stream()
                                    .map(e -> metrics(e.getKey(), e.getValue()))
                                    .toList(),
                    cluster.clock);

    @AfterEach
    void close() {
        cluster.close();
    }

    private static PodMetrics metrics(String pod, String cpu) {
        return PodMetrics.builder()
                .metadata(m -> m.namespace("default").name(pod))
                .containers(
                        List.of(
                                ContainerMetrics.builder()
                                        .name("c")
                                        .usage(Map.of("cpu", Quantity.parse(cpu)))
                                        .build()))
                .build();
    }

    /** A set with that many pods that run, each of which requests 100m and uses some. */
    private void running(int pods, String cpu) {
        ReplicaSet set =
                cluster.create(
                        Resources.REPLICA_SETS,
                        """
                        metadata: {name: web}
                        spec:
                          replicas: %d
                          selector: {matchLabels: {app: web}}
                          template:
                            metadata: {labels: {app: web}}
                            spec: {containers: [{name: c, image: x}]}
                        """
                                .formatted(pods));
        cluster.client
                .resource(Resources.REPLICA_SETS)
                .updateStatus(set.toBuilder().status(s -> s.replicas(pods)).build());
        for (int i = 0; i < pods; i++) {
            Pod pod = pod("web-" + i);
            cluster.report(pod, "Running", true, "10.0.0.1");
            used.put(pod.name(), cpu);
        }
    }

    private Pod pod(String name) {
        return cluster.create(
                Resources.PODS,
                """
                metadata: {name: %s, labels: {app: web}}
                spec: {containers: [{name: c, image: x, resources: {requests: {cpu: 100m}}}]}
                """
                        .formatted(name));
    }

    private void autoscale(int min, int max, String more) {
        autoscale(
                min,
                max,
                "{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}",
                more);
    }

    private void autoscale(int min, int max, String metric, String more) {
        cluster.create(
                Resources.HORIZONTAL_POD_AUTOSCALERS,
                """
                metadata: {name: web}
                spec:
                  scaleTargetRef: {apiVersion: apps/v1, kind: ReplicaSet, name: web}
                  minReplicas: %d
                  maxReplicas: %d
                  metrics: [%s]
                  %s
                """
                        .formatted(min, max, metric, more));
    }

    private int look() {
        assertEquals(Duration.ofSeconds(15), TestCluster.delay(cluster.reconcile(controller, KEY)));
        return cluster.get(Resources.REPLICA_SETS, "web").spec().replicas();
    }

    private HorizontalPodAutoscaler seen() {
        return cluster.get(Resources.HORIZONTAL_POD_AUTOSCALERS, "web");
    }

    private String reason(String type) {
        return seen().status().conditions().stream()
                .filter(c -> c.type().equals(type))
                .map(c -> c.status() + " " + c.reason())
                .findFirst()
                .orElse("");
    }

    @Test
    void growsWithWhatIsUsed() {
        running(2, "100m");
        autoscale(1, 10, "");
        assertEquals(4, look());
        assertEquals("True SucceededRescale", reason("AbleToScale"));
        assertEquals("True ValidMetricFound", reason("ScalingActive"));
        assertEquals("False DesiredWithinRange", reason("ScalingLimited"));
        assertEquals(4, seen().status().desiredReplicas());
        assertEquals(
                100,
                seen().status()
                        .currentMetrics()
                        .getFirst()
                        .resource()
                        .current()
                        .averageUtilization());
        assertEquals(
                "New size: 4; reason: cpu resource utilization (percentage of request) above"
                        + " target",
                cluster.event("SuccessfulRescale"));
    }

    @Test
    void staysWhereItIsNearlyRight() {
        running(2, "54m");
        autoscale(1, 10, "");
        assertEquals(2, look());
    }

    @Test
    void growsNoFurtherThanItMayAndNotTooFast() {
        running(2, "900m");
        autoscale(1, 20, "");
        assertEquals(6, look());
        assertEquals("True ScaleUpLimit", reason("ScalingLimited"));
        autoscaleTo(5);
        assertEquals(5, look());
    }

    private void autoscaleTo(int max) {
        cluster.client
                .resource(Resources.HORIZONTAL_POD_AUTOSCALERS)
                .update(seen().toBuilder().spec(s -> s.maxReplicas(max)).build());
    }

    @Test
    void shrinksOnlyAfterFiveMinutesOfLess() {
        running(4, "10m");
        autoscale(1, 10, "");
        assertEquals(4, look());
        assertEquals("True ScaleDownStabilized", reason("AbleToScale"));
        cluster.clock.pass(Duration.ofMinutes(4));
        assertEquals(4, look());
        cluster.clock.pass(Duration.ofMinutes(2));
        assertEquals(1, look());
    }

    @Test
    void policiesSayHowFastItShrinks() {
        running(8, "1m");
        autoscale(
                1,
                10,
                "behavior: {scaleDown: {stabilizationWindowSeconds: 0, policies: [{type: Pods,"
                        + " value: 1, periodSeconds: 60}]}}");
        // The first proposal of a new leader is what there is.
        cluster.clock.pass(Duration.ofSeconds(1));
        assertEquals(7, look());
        assertEquals("True ScaleDownLimit", reason("ScalingLimited"));
        cluster.clock.pass(Duration.ofSeconds(30));
        assertEquals(7, look());
        cluster.clock.pass(Duration.ofSeconds(31));
        assertEquals(6, look());
    }

    @Test
    void whatIsNotKnownShrinksNothing() {
        running(4, "1m");
        autoscale(1, 10, "behavior: {scaleDown: {stabilizationWindowSeconds: 0}}");
        used.clear();
        assertEquals(4, look());
        assertEquals("False FailedGetResourceMetric", reason("ScalingActive"));
    }

    /** Answers as an adapter of custom and external metrics does. */
    private static Map<String, ?> adapter(String path) {
        return switch (path) {
            case "/apis/custom.metrics.k8s.io/v1beta2/namespaces/default/pods/*/requests?labelSelector=app%3Dweb" ->
                    items(
                            Map.of("describedObject", Map.of("name", "web-0"), "value", "30"),
                            Map.of("describedObject", Map.of("name", "web-1"), "value", "10500m"));
            case "/apis/custom.metrics.k8s.io/v1beta2/namespaces/default/services/shop/hits?metricLabelSelector=verb%3DGET" ->
                    items(Map.of("value", "900"));
            case "/apis/external.metrics.k8s.io/v1beta1/namespaces/default/queue?labelSelector=name%3Djobs" ->
                    items(Map.of("value", "40"), Map.of("value", "30"));
            default -> Map.of("kind", "MetricValueList", "items", List.of());
        };
    }

    private static Map<String, ?> items(Object... items) {
        return Map.of("items", List.of(items));
    }

    /** What an autoscaler makes of two pods by a metric of an adapter. */
    private void scaled(String metric, int replicas, String words) {
        running(2, "10m");
        try (HttpsPeer peer =
                new HttpsPeer(
                        List.of("custom.default.svc", "external.default.svc"),
                        (path, asked) -> adapter(path))) {
            new RegisteredServer(
                            cluster,
                            "v1beta2",
                            "custom.metrics.k8s.io",
                            "custom",
                            peer.port(),
                            peer.caBundle())
                    .available(true);
            new RegisteredServer(
                            cluster,
                            "v1beta1",
                            "external.metrics.k8s.io",
                            "external",
                            peer.port(),
                            peer.caBundle())
                    .available(true);
            autoscale(1, 4, metric, "");
            assertEquals(replicas, look());
            assertEquals(
                    "New size: %d; reason: %s above target".formatted(replicas, words),
                    cluster.event("SuccessfulRescale"));
        }
    }

    @Test
    void aMetricOfPodsCounts() {
        scaled(
                "{type: Pods, pods: {metric: {name: requests}, target: {type: AverageValue, averageValue: '15'}}}",
                3,
                "pods metric requests");
        assertEquals(
                Optional.of(Quantity.parse("20250m")),
                seen().status().currentMetrics().getFirst().pods().current().averageValue());
    }

    @Test
    void aMetricOfAnotherObjectCounts() {
        scaled(
                "{type: Object, object: {describedObject: {apiVersion: v1, kind: Service, name: shop},"
                        + " metric: {name: hits, selector: {matchLabels: {verb: GET}}}, target: {type: Value, value: 600}}}",
                3,
                "Service metric hits");
    }

    @Test
    void aMetricOfWhatIsOutsideCounts() {
        scaled(
                "{type: External, external: {metric: {name: queue, selector: {matchLabels: {name: jobs}}},"
                        + " target: {type: AverageValue, averageValue: '20'}}}",
                4,
                "external metric queue");
    }

    @Test
    void withoutAnAdapterItSaysSo() {
        running(2, "10m");
        autoscale(
                1,
                4,
                "{type: Pods, pods: {metric: {name: requests}, target: {type: AverageValue, averageValue: '15'}}}",
                "");
        assertEquals(2, look());
        assertEquals("False FailedGetPodsMetric", reason("ScalingActive"));
    }

    @Test
    void podsThatStartCountAsUsingNothingYet() {
        running(2, "100m");
        pod("web-starting");
        autoscale(1, 10, "");
        // 200m of 300m is 67%, which asks for 4 of 3; without them it would have been 4 of 2.
        assertEquals(4, look());
    }

    @Test
    void aTargetOfNoneIsLeftAlone() {
        running(0, "0");
        autoscale(1, 10, "");
        assertEquals(0, look());
        assertEquals("False ScalingDisabled", reason("ScalingActive"));
    }

    @Test
    void aTargetThatIsNotThereIsTold() {
        autoscale(1, 10, "");
        cluster.reconcile(controller, KEY);
        assertEquals("False FailedGetScale", reason("AbleToScale"));
    }
}
