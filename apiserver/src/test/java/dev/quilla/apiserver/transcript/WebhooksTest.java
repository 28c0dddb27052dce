package dev.quilla.apiserver.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.client.fake.HttpsPeer;
import dev.quilla.model.ApiException;
import dev.quilla.model.Struct;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Admission by real servers over TLS. */
@Timeout(60)
class WebhooksTest {

    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String REGISTRATION = "/apis/admissionregistration.k8s.io/v1/";

    private static final String ALL =
            "apiGroups: ['*'], apiVersions: ['*'], resources: [%s], operations: ['*']";

    private final TestApi api = new TestApi();
    private final CountDownLatch hangs = new CountDownLatch(1);
    private final HttpsPeer peer =
            new HttpsPeer(List.of("hook.default.svc"), (path, review) -> answer(path, review));

    @AfterEach
    void stop() {
        hangs.countDown();
        peer.close();
    }

    /** Answers by the path that it is asked under. */
    private Map<String, ?> answer(String path, Map<String, @Nullable Object> review)
            throws InterruptedException {
        Map<String, Object> response = new LinkedHashMap<>();
        response.put("uid", path.startsWith("/other-uid") ? "x" : at(review, "request", "uid"));
        response.put("allowed", !path.startsWith("/deny"));
        switch (path.replaceAll("\\?.*", "")) {
            case "/deny" -> response.put("status", Map.of("message", "not today", "code", 403));
            case "/warn" -> response.put("warnings", List.of("think twice"));
            case "/a" -> patch(response, "/data/a", "\"x\"");
            case "/host" -> patch(response, "/spec/hostNetwork", "true");
            case "/rename" -> patch(response, "/metadata/name", "\"y\"");
            case "/hang" -> assertTrue(hangs.await(50, TimeUnit.SECONDS));
            default -> {
                // It lets all pass.
            }
        }
        return Map.of(
                "apiVersion", "admission.k8s.io/v1",
                "kind", "AdmissionReview",
                "response", response);
    }

    private static void patch(Map<String, Object> response, String at, String value) {
        String json = "[{\"op\":\"add\",\"path\":\"%s\",\"value\":%s}]".formatted(at, value);
        response.put("patchType", "JSONPatch");
        response.put(
                "patch", Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static Object at(Map<String, @Nullable Object> tree, String... path) {
        Object place = tree;
        for (String name : path) {
            place = ((Map<?, ?>) place).get(name);
        }
        return place;
    }

    /** Registers a webhook for all that is done to config maps, with more as YAML in one line. */
    private void register(String sort, String name, String path, String more) {
        registerFor(ALL.formatted("configmaps"), sort, name, "url: '" + peer.url(path) + "'", more);
    }

    private void registerFor(String rule, String sort, String name, String server, String more) {
        call(
                "POST",
                REGISTRATION + sort + "webhookconfigurations",
                """
                {metadata: {name: %s}, webhooks: [{name: %s.example.com, clientConfig: {%s, caBundle: %s},
                  rules: [{%s}],
                  sideEffects: None, admissionReviewVersions: [v1]%s}]}
                """
                        .formatted(
                                name,
                                name,
                                server,
                                peer.caBundle(),
                                rule,
                                more.isEmpty() ? "" : ", " + more));
    }

    private ApiReply call(String method, String target, String body) {
        return api.call(method, target, "application/yaml", body);
    }

    private Struct read(String target) {
        return api.call("GET", target, "", "").answer().orElseThrow().get();
    }

    private Struct make(String name) {
        return call("POST", CONFIG_MAPS, "{metadata: {name: %s}, data: {k: v}}".formatted(name))
                .answer()
                .orElseThrow()
                .get();
    }

    private ApiException refused(String name) {
        return assertThrows(ApiException.class, () -> make(name));
    }

    @Test
    void refusesWithItsOwnWords() {
        register("validating", "no", "/deny", "");
        ApiException e = refused("m");
        assertEquals(403, e.code());
        assertEquals(
                "admission webhook \"no.example.com\" denied the request: not today",
                e.status().message());
        // Clients read nothing else as an error.
        assertEquals("Status", e.status().kind());
        assertEquals("v1", e.status().apiVersion());
        assertEquals(0, configMaps());
    }

    private int configMaps() {
        return ((List<?>) read(CONFIG_MAPS).find("items").orElse(List.of())).size();
    }

    @Test
    void changesWhatIsWritten() {
        register("mutating", "a", "/a", "");
        assertEquals("{k=v, a=x}", make("m").find("data").orElseThrow().toString());
    }

    @Test
    void mayNotGiveAnObjectAnotherName() {
        register("mutating", "a", "/rename", "");
        assertTrue(refused("m").status().message().contains("attempted to change metadata.name"));
    }

    @Test
    void tellsWhatIsAskedAndByWhom() {
        register("validating", "ok", "/ok", "");
        make("m");
        call("PUT", CONFIG_MAPS + "/m", "{metadata: {name: m}, data: {k: w}}");
        call("DELETE", CONFIG_MAPS + "/m", "");
        List<Map<String, @Nullable Object>> asked = peer.asked();
        assertEquals(
                List.of("CREATE", "UPDATE", "DELETE"),
                asked.stream().map(r -> at(r, "request", "operation")).toList());
        assertEquals("admin", at(asked.get(0), "request", "userInfo", "username"));
        assertEquals("m", at(asked.get(0), "request", "name"));
        assertEquals("default", at(asked.get(0), "request", "namespace"));
        assertEquals("ConfigMap", at(asked.get(0), "request", "object", "kind"));
        assertEquals("CreateOptions", at(asked.get(0), "request", "options", "kind"));
        assertEquals("v", at(asked.get(1), "request", "oldObject", "data", "k"));
        assertEquals("w", at(asked.get(1), "request", "object", "data", "k"));
        assertEquals("w", at(asked.get(2), "request", "oldObject", "data", "k"));
        assertFalse(((Map<?, ?>) at(asked.get(2), "request")).get("object") instanceof Map);
    }

    @Test
    void refusesDeletions() {
        make("m");
        register("validating", "no", "/deny", "");
        ApiException e =
                assertThrows(ApiException.class, () -> call("DELETE", CONFIG_MAPS + "/m", ""));
        assertEquals(403, e.code());
        assertEquals(1, configMaps());
    }

    @Test
    void whatItWarnsOfIsPassedOn() {
        register("validating", "warn", "/warn", "");
        assertEquals(
                List.of("think twice"),
                ((ApiReply.OfStored) call("POST", CONFIG_MAPS, "{metadata: {name: m}}"))
                        .warnings());
    }

    @Test
    void isWaitedForAsLongAsItSays() {
        register("validating", "slow", "/hang", "timeoutSeconds: 1");
        ApiException e = refused("m");
        assertEquals(500, e.code());
        assertEquals(
                "Internal error occurred: failed calling webhook \"slow.example.com\": failed to"
                        + " call webhook: Post \""
                        + peer.url("/hang")
                        + "?timeout=1s\": context deadline exceeded",
                e.status().message());
    }

    @Test
    void isDoneWithoutWhenItsFailureIsToBeIgnored() {
        register("validating", "slow", "/hang", "timeoutSeconds: 1, failurePolicy: Ignore");
        register("mutating", "odd", "/other-uid", "failurePolicy: Ignore");
        make("m");
        assertEquals(2, peer.asked().size());
    }

    @Test
    void answersAboutTheRequestThatItWasAsked() {
        register("mutating", "odd", "/other-uid", "");
        assertEquals(
                "Internal error occurred: failed calling webhook \"odd.example.com\": received"
                        + " invalid webhook response: expected response.uid=\"uid-of-a-review\", got"
                        + " \"x\"",
                refused("m").status().message());
    }

    @Test
    void mayNotPatchWhereItMayOnlyRefuse() {
        register("validating", "odd", "/a", "");
        assertTrue(
                refused("m")
                        .status()
                        .message()
                        .contains("may not return response.patch or response.patchType"));
    }

    @Test
    void isChosenBySelectorsConditionsAndScope() {
        register("validating", "a", "/deny", "namespaceSelector: {matchLabels: {guarded: y}}");
        register("validating", "b", "/deny", "objectSelector: {matchLabels: {guarded: y}}");
        register(
                "validating",
                "c",
                "/deny",
                "matchConditions: [{name: x, expression: 'object.metadata.name.startsWith(\"c\")'}]");
        make("m");
        assertEquals(0, peer.asked().size());
        assertTrue(refused("c").status().message().contains("\"c.example.com\""));
        api.call(
                "PATCH",
                "/api/v1/namespaces/default",
                "application/merge-patch+json",
                "{\"metadata\":{\"labels\":{\"guarded\":\"y\"}}}");
        assertTrue(refused("n").status().message().contains("\"a.example.com\""));
    }

    @Test
    void aConditionThatCanNotBeToldFailsTheRequest() {
        register(
                "validating",
                "c",
                "/ok",
                "matchConditions: [{name: x, expression: 'object.data.none == \"\"'}]");
        assertEquals(403, refused("m").code());
        assertEquals(0, peer.asked().size());
    }

    @Test
    void asksInItsConditionsWhatTheCallerMay() {
        String may = "authorizer.group('').resource('configmaps').namespace('default').name('%s')";
        register(
                "validating",
                "c",
                "/deny",
                "matchConditions: [{name: not-for-admins, expression: \"!%s.check('delete').allowed()\"},"
                                .formatted(may.formatted("m"))
                        + " {name: reads-the-request, expression: \"authorizer.requestResource.check('create').allowed()\"}]");
        make("m");
        assertEquals(0, peer.asked().size());
        ApiException e =
                assertThrows(
                        ApiException.class,
                        () ->
                                register(
                                        "validating",
                                        "d",
                                        "/deny",
                                        "matchConditions: [{name: x, expression: \"authorizer.nothing()\"}]"));
        assertEquals(422, e.code());
    }

    @Test
    void isCalledAgainForWhatOthersChangedAfterIt() {
        register("mutating", "a", "/ok", "reinvocationPolicy: IfNeeded");
        register("mutating", "b", "/a", "");
        make("m");
        assertEquals(
                List.of(false, false, true),
                peer.asked().stream()
                        .map(r -> ((Map<?, ?>) at(r, "request", "object", "data")).containsKey("a"))
                        .toList());
    }

    @Test
    void isReachedBehindAService() {
        call(
                "POST",
                "/api/v1/namespaces/default/services",
                "{metadata: {name: hook}, spec: {clusterIP: None, ports: [{port: 443}]}}");
        registerFor(
                ALL.formatted("configmaps"),
                "validating",
                "svc",
                "service: {namespace: default, name: hook, path: /deny}",
                "");
        assertTrue(
                refused("m")
                        .status()
                        .message()
                        .contains(
                                "Post \"https://hook.default.svc:443/deny?timeout=10s\": no endpoints"
                                        + " available for service \"hook\""));
        call(
                "POST",
                "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices",
                "{metadata: {name: hook-1, labels: {kubernetes.io/service-name: hook}},"
                        + " addressType: IPv4, endpoints: [{addresses: [127.0.0.1]}],"
                        + " ports: [{name: '', port: "
                        + peer.port()
                        + "}]}");
        assertEquals(403, refused("m").code());
    }

    @Test
    void aDryRunIsNotShownToWhatHasEffects() {
        register("validating", "ok", "/ok", "");
        call("POST", CONFIG_MAPS + "?dryRun=All", "{metadata: {name: m}}");
        assertEquals(true, at(peer.asked().getFirst(), "request", "dryRun"));
    }

    @Test
    void looksAtEquivalentVersions() {
        registerFor(
                "apiGroups: [autoscaling], apiVersions: [v2], operations: [CREATE],"
                        + " resources: [horizontalpodautoscalers]",
                "validating",
                "v2",
                "url: '" + peer.url("/ok") + "'",
                "");
        call(
                "POST",
                "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers",
                "{metadata: {name: h}, spec: {maxReplicas: 3, targetCPUUtilizationPercentage: 5,"
                        + " scaleTargetRef: {kind: Deployment, name: d, apiVersion: apps/v1}}}");
        Map<String, @Nullable Object> asked = peer.asked().getFirst();
        assertEquals("v2", at(asked, "request", "resource", "version"));
        assertEquals("v1", at(asked, "request", "requestResource", "version"));
        assertEquals("autoscaling/v2", at(asked, "request", "object", "apiVersion"));
    }

    @Test
    void neverGuardsItsOwnConfiguration() {
        registerFor(
                ALL.formatted("'*/*'"),
                "validating",
                "all",
                "url: '" + peer.url("/deny") + "'",
                "");
        call("DELETE", REGISTRATION + "validatingwebhookconfigurations/all", "");
        make("m");
    }

    @Test
    void mayNotSneakPastWhatGuardsPods() {
        api.call(
                "PATCH",
                "/api/v1/namespaces/default",
                "application/merge-patch+json",
                "{\"metadata\":{\"labels\":{\"pod-security.kubernetes.io/enforce\":\"baseline\"}}}");
        registerFor(
                ALL.formatted("pods"),
                "mutating",
                "sneaky",
                "url: '" + peer.url("/host") + "'",
                "");
        ApiException e =
                assertThrows(
                        ApiException.class,
                        () ->
                                call(
                                        "POST",
                                        "/api/v1/namespaces/default/pods",
                                        "{metadata: {name: p}, spec: {containers:"
                                                + " [{name: c, image: i}]}}"));
        assertTrue(e.status().message().contains("violates PodSecurity"), e.getMessage());
    }

    @Test
    void seesScalesAsScales() {
        call(
                "POST",
                "/apis/apps/v1/namespaces/default/deployments",
                "{metadata: {name: d}, spec: {selector: {matchLabels: {a: b}}, template: {metadata:"
                        + " {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}}");
        registerFor(
                ALL.formatted("'*/scale'"),
                "validating",
                "scale",
                "url: '" + peer.url("/ok") + "'",
                "");
        api.call(
                "PATCH",
                "/apis/apps/v1/namespaces/default/deployments/d/scale",
                "application/merge-patch+json",
                "{\"spec\":{\"replicas\":3}}");
        assertEquals(1, peer.asked().size());
        Map<String, @Nullable Object> asked = peer.asked().getFirst();
        assertEquals("Scale", at(asked, "request", "kind", "kind"));
        assertEquals("deployments", at(asked, "request", "resource", "resource"));
        assertEquals("scale", at(asked, "request", "subResource"));
        assertEquals(3L, at(asked, "request", "object", "spec", "replicas"));
    }
}
