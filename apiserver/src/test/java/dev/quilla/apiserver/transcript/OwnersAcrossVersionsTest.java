package dev.quilla.apiserver.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.quilla.client.fake.HttpsPeer;
import dev.quilla.model.ApiException;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.codec.YamlCodec;
import dev.quilla.model.meta.v1.ObjectMeta;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Who owns what, where managers write in different versions: boats have a length in v1, which is
 * stored, and a size in v2; nets, which no server converts, tell ports apart by name or by number.
 */
@Timeout(60)
class OwnersAcrossVersionsTest {

    private static final String CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String STATUS =
            "schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object,"
                    + " properties: {%s}}, status: {type: object, properties: {seen: {type:"
                    + " string}}}}}}, subresources: {status: {}}";

    private final TestApi api = new TestApi();
    private final HttpsPeer peer = new HttpsPeer(List.of("x"), (path, review) -> answer(review));
    private boolean fails;

    @AfterEach
    void stop() {
        peer.close();
    }

    private Map<String, ?> answer(Map<String, @Nullable Object> review) {
        Map<?, ?> request = (Map<?, ?>) review.get("request");
        String version = (String) request.get("desiredAPIVersion");
        List<Object> converted = new ArrayList<>();
        for (Object one : (List<?>) request.get("objects")) {
            converted.add(converted(copy(one), version));
        }
        Map<String, ?> result =
                fails
                        ? Map.of("status", "Failed", "message", "no idea")
                        : Map.of("status", "Success");
        return Map.of(
                "apiVersion",
                "apiextensions.k8s.io/v1",
                "kind",
                "ConversionReview",
                "response",
                Map.of("uid", request.get("uid"), "result", result, "convertedObjects", converted));
    }

    private static Map<String, Object> converted(Map<String, Object> boat, String version) {
        if (boat.get("spec") instanceof Map<?, ?> there) {
            Map<String, Object> spec = copy(there);
            if (version.endsWith("v2") && spec.remove("length") instanceof String length) {
                spec.put("size", Map.of("value", length.replace("m", ""), "unit", "m"));
            }
            if (version.endsWith("v1") && spec.remove("size") instanceof Map<?, ?> size) {
                spec.put("length", size.get("value") + "m");
            }
            boat.put("spec", spec);
        }
        boat.put("apiVersion", version);
        return boat;
    }

    private static Map<String, Object> copy(Object tree) {
        Map<String, Object> copy = new LinkedHashMap<>();
        ((Map<?, ?>) tree).forEach((name, value) -> copy.put((String) name, value));
        return copy;
    }

    @BeforeEach
    void define() {
        String webhook =
                "{strategy: Webhook, webhook: {conversionReviewVersions: [v1], clientConfig:"
                        + " {caBundle: %s, url: '%s'}}}"
                                .formatted(peer.caBundle(), peer.url("/convert"));
        define(
                "boats",
                "Boat",
                webhook,
                "length: {type: string}, color: {type: string}",
                "size: {type: object, properties: {value: {type: string}, unit: {type: string}}},"
                        + " color: {type: string}");
        define(
                "nets",
                "Net",
                "{strategy: None}",
                ports("name"),
                ports("port") + ", more: {type: string}");
    }

    private static String ports(String key) {
        return "ports: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [%s],"
                        .formatted(key)
                + " items: {type: object, required: [%s], properties: {name: {type: string},"
                        .formatted(key)
                + " port: {type: integer}, text: {type: string}}}}";
    }

    private void define(String plural, String kind, String conversion, String v1, String v2) {
        String names =
                "{plural: %s, singular: %s, kind: %s, listKind: %sList}"
                        .formatted(plural, kind.toLowerCase(Locale.ROOT), kind, kind);
        api.call(
                "POST",
                CRDS,
                "application/yaml",
                """
                metadata: {name: %s.x.com}
                spec:
                  group: x.com
                  scope: Namespaced
                  names: %s
                  conversion: %s
                  versions:
                  - {name: v1, served: true, storage: true, %s}
                  - {name: v2, served: true, storage: false, %s}
                """
                        .formatted(
                                plural,
                                names,
                                conversion,
                                STATUS.formatted(v1),
                                STATUS.formatted(v2)));
        merge(
                CRDS + "/" + plural + ".x.com/status",
                "e",
                "{status: {acceptedNames: %s, conditions: [{type: Established, status: 'True'}]}}"
                        .formatted(names));
    }

    private Struct patch(String target, String type, String body) {
        return api.call("PATCH", target, type, body).answer().orElseThrow().get();
    }

    /** A merge patch, as YAML. */
    private Struct merge(String path, String manager, String yaml) {
        Object tree = YamlCodec.readLast(yaml).trees().getFirst();
        return patch(
                path + "?fieldManager=" + manager,
                "application/merge-patch+json",
                new String(JsonTree.write(tree), StandardCharsets.UTF_8));
    }

    private static String boat(String version) {
        return "/apis/x.com/" + version + "/namespaces/default/boats/a";
    }

    private Struct boat(String manager, String version, String spec) {
        return apply(boat(version), manager, "x.com/" + version, "Boat", "spec: " + spec);
    }

    private Struct apply(String path, String manager, String version, String kind, String rest) {
        return patch(
                path + (path.contains("?") ? "&" : "?") + "fieldManager=" + manager,
                "application/apply-patch+yaml",
                "{apiVersion: %s, kind: %s, metadata: {name: a}, %s}"
                        .formatted(version, kind, rest));
    }

    private static List<String> owners(Struct object) {
        return new ObjectMeta((Struct) object.find("metadata").orElseThrow())
                .managedFields().stream()
                        .map(e ->
                                String.join(
                                        " ",
                                        e.manager(),
                                        e.apiVersion(),
                                        e.fieldsV1().orElseThrow().toString()))
                        .sorted()
                        .toList();
    }

    private static String spec(Struct object) {
        return JsonCodec.toTree((Struct) object.find("spec").orElseThrow()).toString();
    }

    private static String refused(Runnable call) {
        return assertThrows(ApiException.class, call::run).status().message();
    }

    @Test
    void aRenamedFieldHasOwnersInEachVersion() {
        boat("A", "v1", "{length: 10m, color: teal}");
        boat("B", "v2", "{size: {value: '10', unit: m}}");
        assertEquals(
                "Apply failed with 1 conflict: conflict with \"A\": .spec.length",
                refused(() -> boat("B", "v2", "{size: {value: '11', unit: m}}")));
        Struct left = boat("A", "v1", "{color: teal}");
        assertEquals("{color=teal, length=10m}", spec(left));
        assertEquals(
                "Apply failed with 1 conflict: conflict with \"B\": .spec.size.value",
                refused(() -> boat("C", "v1", "{length: 12m}")));
        Struct forced =
                apply(boat("v1") + "?force=true", "C", "x.com/v1", "Boat", "spec: {length: 12m}");
        assertEquals(
                List.of(
                        "A x.com/v1 {\"f:spec\":{\"f:color\":{}}}",
                        "B x.com/v2 {\"f:spec\":{\"f:size\":{\"f:unit\":{}}}}",
                        "C x.com/v1 {\"f:spec\":{\"f:length\":{}}}"),
                owners(forced));
    }

    @Test
    void oneMayGoOnInAnotherVersion() {
        boat("A", "v1", "{length: 10m, color: teal}");
        Struct now = boat("A", "v2", "{size: {value: '10', unit: m}}");
        assertEquals("{size={unit=m, value=10}}", spec(now));
        assertEquals(
                List.of("A x.com/v2 {\"f:spec\":{\"f:size\":{\"f:unit\":{},\"f:value\":{}}}}"),
                owners(now));
    }

    @Test
    void aPlainWriteTakesWhatHasAnotherName() {
        boat("A", "v1", "{length: 10m, color: teal}");
        Struct now = merge(boat("v2"), "e", "{spec: {size: {value: '20'}}}");
        assertEquals(
                List.of(
                        "A x.com/v1 {\"f:spec\":{\"f:color\":{}}}",
                        "e x.com/v2 {\"f:spec\":{\"f:size\":{\"f:value\":{}}}}"),
                owners(now));
        merge(boat("v2") + "/status", "e", "{status: {seen: x}}");
        assertEquals(
                "Apply failed with 1 conflict: conflict with \"e\" with subresource \"status\""
                        + " using x.com/v2: .status.seen",
                refused(() ->
                        apply(
                                boat("v1") + "/status",
                                "S",
                                "x.com/v1",
                                "Boat",
                                "status: {seen: y}")));
    }

    @Test
    void anApplyFailsWithTheConversionAndAPlainWriteForgetsTheOwners() {
        boat("A", "v1", "{length: 10m}");
        boat("B", "v2", "{color: teal}");
        fails = true;
        ApiException e = assertThrows(ApiException.class, () -> boat("A", "v1", "{length: 11m}"));
        assertEquals(500, e.code());
        assertEquals(
                "Internal error occurred: conversion webhook for x.com/v1, Kind=Boat failed: no"
                        + " idea",
                e.status().message());
        Struct written = merge(boat("v1"), "e", "{spec: {color: red}}");
        assertEquals("{color=red, length=10m}", spec(written));
        assertEquals(List.of(), owners(written));
    }

    @Test
    void nobodyIsAskedWhereAllWroteInTheSameVersion() {
        boat("A", "v1", "{length: 10m}");
        boat("B", "v1", "{color: teal}");
        merge(boat("v1"), "e", "{spec: {color: red}}");
        assertEquals(List.of(), peer.asked());
        boat("C", "v2", "{color: red}");
        int asked = peer.asked().size();
        merge(boat("v1"), "e", "{spec: {color: blue}}");
        assertEquals(asked + 1, peer.asked().size());
    }

    @Test
    void aVersionThatIsNotServedHasOwnersUntilItIsGone() {
        boat("A", "v1", "{length: 10m}");
        boat("B", "v2", "{size: {value: '10'}}");
        List<?> versions = versions();
        Map<String, Object> second = copy(versions.getLast());
        second.put("served", false);
        versions(List.of(versions.getFirst(), second));
        assertEquals("{length=10m}", spec(boat("A", "v1", "{}")));
        assertEquals(
                "Apply failed with 1 conflict: conflict with \"B\": .spec.size.value",
                refused(() -> boat("A", "v1", "{length: 11m}")));
        versions(List.of(versions.getFirst()));
        Struct now = boat("A", "v1", "{length: 11m}");
        assertEquals(List.of("A x.com/v1 {\"f:spec\":{\"f:length\":{}}}"), owners(now));
    }

    private List<?> versions() {
        Struct crd = api.call("GET", CRDS + "/boats.x.com", "", "").answer().orElseThrow().get();
        return JsonCodec.toTree(crd) instanceof Map<?, ?> tree
                        && tree.get("spec") instanceof Map<?, ?> spec
                        && spec.get("versions") instanceof List<?> versions
                ? versions
                : List.of();
    }

    private void versions(List<?> versions) {
        merge(
                CRDS + "/boats.x.com",
                "e",
                new String(
                        JsonTree.write(Map.of("spec", Map.of("versions", versions))),
                        StandardCharsets.UTF_8));
    }

    @Test
    void versionsThatNobodyConvertsTellItemsApartEachItsOwnWay() {
        net("A", "v1", "{ports: [{name: p, port: 1, text: t}]}");
        net("B", "v2", "{ports: [{port: 1, name: p}, {port: 2, name: q}], more: x}");
        assertEquals(
                "Apply failed with 1 conflict: conflict with \"A\": .spec.ports[name=\"p\"].text",
                refused(() -> net("B", "v2", "{ports: [{port: 1, name: p, text: u}]}")));
        assertEquals("{ports=[{name=p, port=1, text=t}]}", spec(net("B", "v2", "{}")));
        assertEquals("{more=y}", spec(net("A", "v2", "{more: y}")));
    }

    private Struct net(String manager, String version, String spec) {
        String path = "/apis/x.com/" + version + "/namespaces/default/nets/a";
        return apply(path, manager, "x.com/" + version, "Net", "spec: " + spec);
    }

    @Test
    void anAutoscalersMetricIsItsUtilizationInTheOldVersion() {
        String base =
                "scaleTargetRef: {kind: Deployment, name: d, apiVersion: apps/v1}, maxReplicas: 5";
        scaler("A", "v1", "{%s, targetCPUUtilizationPercentage: 50}".formatted(base));
        assertEquals(
                "Apply failed with 1 conflict: conflict with \"A\":"
                        + " .spec.targetCPUUtilizationPercentage",
                refused(() -> scaler("B", "v2", utilization(60))));
        scaler("B", "v2", utilization(50));
        Struct left = scaler("A", "v1", "{%s}".formatted(base));
        assertEquals(50, left.at("spec", "targetCPUUtilizationPercentage").orElseThrow());
        assertEquals(
                "Apply failed with 1 conflict: conflict with \"B\": .spec.metrics",
                refused(() -> scaler("C", "v1", "{targetCPUUtilizationPercentage: 70}")));
    }

    private static String utilization(int percent) {
        return "{metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization,"
                + " averageUtilization: %d}}}]}".formatted(percent);
    }

    private Struct scaler(String manager, String version, String spec) {
        String path =
                "/apis/autoscaling/%s/namespaces/default/horizontalpodautoscalers/a"
                        .formatted(version);
        String kind = "HorizontalPodAutoscaler";
        return apply(path, manager, "autoscaling/" + version, kind, "spec: " + spec);
    }

    /** As in Kubernetes: what wrote in another group is forgotten. */
    @Test
    void anEventOfTheOtherGroupHasOtherOwners() {
        String path = "/apis/events.k8s.io/v1/namespaces/default/events/a";
        apply(
                path,
                "A",
                "events.k8s.io/v1",
                "Event",
                "eventTime: '2026-01-01T00:00:00.000000Z', reason: R, type: Normal, note: hello,"
                        + " action: a, reportingController: x/y, reportingInstance: z, regarding:"
                        + " {kind: Pod, name: p, namespace: default}");
        Struct event =
                apply("/api/v1/namespaces/default/events/a", "B", "v1", "Event", "message: other");
        assertEquals("other", event.text("message"));
        assertEquals(List.of("B v1 {\"f:message\":{}}"), owners(event));
    }
}
