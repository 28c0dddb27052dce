package dev.quilla.controller.autoscaling;

import dev.quilla.client.ApiRequest;
import dev.quilla.client.ApiResponse;
import dev.quilla.client.Body;
import dev.quilla.client.Transport;
import dev.quilla.controller.ServedKinds;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.Quantity;
import dev.quilla.model.autoscaling.v2.CrossVersionObjectReference;
import dev.quilla.model.autoscaling.v2.MetricIdentifier;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.selector.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Metrics that adapters serve, each as an aggregated API: of pods and other objects ({@code
 * custom.metrics.k8s.io}), and of what is outside ({@code external.metrics.k8s.io}). All values are
 * in thousandths. Thread-safe; all throw {@link dev.quilla.model.ApiException} where there is no
 * adapter or no value.
 */
final class AdapterMetrics {

    private static final String CUSTOM = "/apis/custom.metrics.k8s.io";
    private static final String EXTERNAL = "/apis/external.metrics.k8s.io/v1beta1/namespaces/";

    private final Transport transport;
    private final ServedKinds kinds;

    AdapterMetrics(Transport transport, ServedKinds kinds) {
        this.transport = transport;
        this.kinds = kinds;
    }

    /** A metric of each of the pods that a selector chooses, by their names. */
    Map<String, Long> ofPods(String namespace, String pods, MetricIdentifier metric) {
        ApiRequest request =
                limited(
                        ApiRequest.get(
                                        custom()
                                                + "/namespaces/%s/pods/*/%s"
                                                        .formatted(namespace, metric.name()))
                                .withQuery("labelSelector", pods),
                        "metricLabelSelector",
                        metric);
        Map<String, Long> values = new HashMap<>();
        for (Map<?, ?> item : items(request)) {
            if (item.get("describedObject") instanceof Map<?, ?> object
                    && object.get("name") instanceof String name) {
                values.put(name, value(item));
            }
        }
        return values;
    }

    /** A metric of one object: in the namespace, or of the cluster if its kind is. */
    long ofObject(String namespace, CrossVersionObjectReference object, MetricIdentifier metric) {
        GroupVersion version = GroupVersion.parse(object.apiVersion());
        ServedKinds.Served kind =
                kinds.find(version, object.kind())
                        .orElseThrow(() ->
                                ApiErrors.badRequest(
                                        "no matches for kind \"%s\" in version \"%s\""
                                                .formatted(object.kind(), object.apiVersion())));
        boolean itself = version.group().isEmpty() && object.kind().equals("Namespace");
        String resource =
                version.group().isEmpty() ? kind.name() : kind.name() + "." + version.group();
        String path =
                itself
                        ? "/namespaces/%s/metrics/%s".formatted(object.name(), metric.name())
                        : (kind.namespaced() ? "/namespaces/" + namespace : "")
                                + "/%s/%s/%s".formatted(resource, object.name(), metric.name());
        return value(
                items(limited(ApiRequest.get(custom() + path), "metricLabelSelector", metric))
                        .getFirst());
    }

    /** All that a metric of something outside says, together. */
    long external(String namespace, MetricIdentifier metric) {
        return items(
                        limited(
                                ApiRequest.get(EXTERNAL + namespace + "/" + metric.name()),
                                "labelSelector",
                                metric))
                .stream()
                .mapToLong(AdapterMetrics::value)
                .sum();
    }

    private static ApiRequest limited(ApiRequest request, String by, MetricIdentifier metric) {
        Selector selector = Selector.of(metric.selector());
        return selector.requirements().isEmpty()
                ? request
                : request.withQuery(by, selector.toString());
    }

    /** The version that the adapter likes best, for there are two that say the same. */
    private String custom() {
        Map<String, ?> group = read(ApiRequest.get(CUSTOM));
        return group.get("preferredVersion") instanceof Map<?, ?> preferred
                        && preferred.get("version") instanceof String version
                ? CUSTOM + "/" + version
                : CUSTOM + "/v1beta2";
    }

    private Map<String, ?> read(ApiRequest request) {
        ApiResponse response = transport.call(request.withAccept(Body.JSON));
        return JsonTree.parseObject(response.orThrow().body().encoded().shared());
    }

    private List<Map<?, ?>> items(ApiRequest request) {
        List<Map<?, ?>> items = new ArrayList<>();
        if (read(request).get("items") instanceof List<?> list) {
            for (Object item : list) {
                if (item instanceof Map<?, ?> map) {
                    items.add(map);
                }
            }
        }
        if (items.isEmpty()) {
            throw ApiErrors.badRequest("no metrics returned from " + request.path());
        }
        return items;
    }

    private static long value(Map<?, ?> item) {
        try {
            return Quantity.parse(String.valueOf(item.get("value"))).milliValue();
        } catch (IllegalArgumentException e) {
            throw ApiErrors.badRequest("the adapter sent a value that is none: " + e.getMessage());
        }
    }
}
