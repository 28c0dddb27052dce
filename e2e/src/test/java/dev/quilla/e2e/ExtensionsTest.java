package dev.quilla.e2e;

import static dev.quilla.e2e.Eventually.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.client.fake.HttpsPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Servers outside that take part in the API, as kubectl sees it. */
class ExtensionsTest {

    private static final Duration SOON = Duration.ofSeconds(40);

    private static final HttpsPeer PEER =
            new HttpsPeer(List.of("peer.default.svc"), ExtensionsTest::answer);

    private static Optional<TestCluster> running = Optional.empty();

    @BeforeAll
    static void up() throws IOException {
        running =
                Optional.of(
                        TestCluster.start(
                                Setting.COMMAND_LINE, "--masters", "1", "--workers", "1"));
        apply(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: peer}
                spec: {clusterIP: None, ports: [{port: 443}]}
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: peer-1, labels: {kubernetes.io/service-name: peer}}
                addressType: IPv4
                endpoints: [{addresses: [127.0.0.1]}]
                ports: [{name: "", port: %d}]
                """
                        .formatted(PEER.port()));
    }

    @AfterAll
    static void down() {
        running.ifPresent(TestCluster::close);
        PEER.close();
    }

    private static Map<String, ?> answer(String path, Map<String, @Nullable Object> asked) {
        return switch (path.replaceAll("\\?.*", "")) {
            case "/deny" ->
                    admission(
                            asked,
                            Map.of("allowed", false, "status", Map.of("message", "not today")));
            case "/label" -> admission(asked, patch("/metadata/labels", "{\"by\":\"peer\"}"));
            case "/convert" -> conversion(asked);
            case "/apis/fruit.example.com/v1" -> fruits();
            case "/apis/fruit.example.com/v1/fruits" ->
                    Map.of(
                            "apiVersion",
                            "fruit.example.com/v1",
                            "kind",
                            "FruitList",
                            "metadata",
                            Map.of(),
                            "items",
                            List.of(fruit()));
            case "/apis/fruit.example.com/v1/fruits/apple" -> fruit();
            default -> Map.of("paths", Map.of());
        };
    }

    private static Map<String, ?> admission(
            Map<String, @Nullable Object> asked, Map<String, ?> verdict) {
        Map<String, Object> response = new LinkedHashMap<>(verdict);
        response.put("uid", ((Map<?, ?>) asked.get("request")).get("uid"));
        return Map.of(
                "apiVersion", "admission.k8s.io/v1",
                "kind", "AdmissionReview",
                "response", response);
    }

    private static Map<String, ?> patch(String at, String value) {
        String json = "[{\"op\":\"add\",\"path\":\"%s\",\"value\":%s}]".formatted(at, value);
        return Map.of(
                "allowed",
                true,
                "patchType",
                "JSONPatch",
                "patch",
                Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8)));
    }

    /** Version 1 has a name, version 2 calls it a title. */
    private static Map<String, ?> conversion(Map<String, @Nullable Object> asked) {
        Map<?, ?> request = (Map<?, ?>) asked.get("request");
        String version = (String) request.get("desiredAPIVersion");
        List<Object> converted = new ArrayList<>();
        for (Object one : (List<?>) request.get("objects")) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            ((Map<?, ?>) one).forEach((name, value) -> object.put((String) name, value));
            boolean second = version.endsWith("/v2");
            object.put("apiVersion", version);
            object.put(second ? "title" : "name", object.remove(second ? "name" : "title"));
            converted.add(object);
        }
        return Map.of(
                "apiVersion",
                "apiextensions.k8s.io/v1",
                "kind",
                "ConversionReview",
                "response",
                Map.of(
                        "uid",
                        request.get("uid"),
                        "result",
                        Map.of("status", "Success"),
                        "convertedObjects",
                        converted));
    }

    private static Map<String, ?> fruits() {
        return Map.of(
                "kind",
                "APIResourceList",
                "apiVersion",
                "v1",
                "groupVersion",
                "fruit.example.com/v1",
                "resources",
                List.of(
                        Map.of(
                                "name",
                                "fruits",
                                "singularName",
                                "fruit",
                                "namespaced",
                                false,
                                "kind",
                                "Fruit",
                                "verbs",
                                List.of("get", "list"))));
    }

    private static Map<String, ?> fruit() {
        return Map.of(
                "apiVersion", "fruit.example.com/v1",
                "kind", "Fruit",
                "metadata", Map.of("name", "apple"));
    }

    private static TestCluster cluster() {
        return running.orElseThrow();
    }

    private static String kubectl(String... words) {
        return cluster().kubectl(words).output();
    }

    private static void apply(String manifest) {
        cluster().kubectlWith(manifest, "apply", "-f", "-").output();
    }

    private static void register(String sort, String name, String server, String more) {
        apply(
                """
                apiVersion: admissionregistration.k8s.io/v1
                kind: %s
                metadata: {name: %s}
                webhooks:
                - name: %s.example.com
                  clientConfig: {%s, caBundle: %s}
                  rules: [{apiGroups: [""], apiVersions: [v1], resources: [configmaps], operations: [CREATE]}]
                  objectSelector: {matchExpressions: [{key: skip, operator: DoesNotExist}]}
                  namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}
                  sideEffects: None
                  admissionReviewVersions: [v1]
                  %s
                """
                        .formatted(sort, name, name, server, PEER.caBundle(), name, more));
    }

    private static String refusal(String namespace) {
        Command command = cluster().kubectl("create", "configmap", "m", "-n", namespace);
        assertNotEquals(0, command.code(), command::toString);
        return command.err();
    }

    @Test
    void webhooksRefuseAndChange() {
        for (String name : List.of("deny", "label", "gone", "ignored")) {
            kubectl("create", "namespace", name);
        }
        String service = "service: {namespace: default, name: peer, path: /%s}";
        register("ValidatingWebhookConfiguration", "deny", service.formatted("deny"), "");
        register("MutatingWebhookConfiguration", "label", "url: " + PEER.url("/label"), "");
        String nobody = "url: 'https://127.0.0.1:1/'";
        register("ValidatingWebhookConfiguration", "gone", nobody, "timeoutSeconds: 2");
        register("ValidatingWebhookConfiguration", "ignored", nobody, "failurePolicy: Ignore");
        assertTrue(
                refusal("deny")
                        .contains(
                                "admission webhook \"deny.example.com\" denied the request: not today"));
        kubectl("create", "configmap", "m", "-n", "label");
        assertEquals(
                "peer",
                kubectl(
                        "get",
                        "configmap",
                        "m",
                        "-n",
                        "label",
                        "-o",
                        "jsonpath={.metadata.labels.by}"));
        assertTrue(
                refusal("gone")
                        .contains(
                                "failed calling webhook \"gone.example.com\": failed to call webhook"));
        kubectl("create", "configmap", "m", "-n", "ignored");
    }

    @Test
    void aWebhookConvertsCustomObjects() {
        apply(
                """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: books.example.com}
                spec:
                  group: example.com
                  scope: Namespaced
                  names: {plural: books, kind: Book}
                  versions:
                  - name: v1
                    served: true
                    storage: false
                    schema: {openAPIV3Schema: {type: object, properties: {name: {type: string}}}}
                  - name: v2
                    served: true
                    storage: true
                    schema: {openAPIV3Schema: {type: object, properties: {title: {type: string}}}}
                  conversion:
                    strategy: Webhook
                    webhook:
                      conversionReviewVersions: [v1]
                      clientConfig: {caBundle: %s, service: {namespace: default, name: peer, path: /convert}}
                """
                        .formatted(PEER.caBundle()));
        kubectl("wait", "--for=condition=Established", "crd/books.example.com", "--timeout=30s");
        apply("apiVersion: example.com/v1\nkind: Book\nmetadata: {name: a}\nname: Emma\n");
        assertEquals(
                "Emma", kubectl("get", "books.v2.example.com", "a", "-o", "jsonpath={.title}"));
        assertEquals("Emma", kubectl("get", "books.v1.example.com", "a", "-o", "jsonpath={.name}"));
        assertEquals(
                "Emma", kubectl("get", "books.v1.example.com", "-o", "jsonpath={.items[0].name}"));
    }

    @Test
    void anotherServerServesAGroup() {
        apply(
                """
                apiVersion: apiregistration.k8s.io/v1
                kind: APIService
                metadata: {name: v1.fruit.example.com}
                spec:
                  group: fruit.example.com
                  version: v1
                  groupPriorityMinimum: 100
                  versionPriority: 100
                  caBundle: %s
                  service: {namespace: default, name: peer}
                """
                        .formatted(PEER.caBundle()));
        kubectl(
                "wait",
                "--for=condition=Available",
                "apiservice/v1.fruit.example.com",
                "--timeout=30s");
        assertTrue(kubectl("api-resources", "--api-group=fruit.example.com").contains("Fruit"));
        assertEquals("apple", kubectl("get", "fruits", "-o", "jsonpath={.items[0].metadata.name}"));
        assertTrue(
                kubectl("get", "fruit", "apple", "-o", "name").contains("fruit.example.com/apple"));
        assertTrue(kubectl("get", "apiservice", "v1.apps").matches("(?s).*Local +True.*"));
        assertTrue(
                kubectl(
                                "get",
                                "configmap",
                                "-n",
                                "kube-system",
                                "extension-apiserver-authentication",
                                "-o",
                                "jsonpath={.data.requestheader-client-ca-file}")
                        .contains("BEGIN CERTIFICATE"));
        apply(
                """
                apiVersion: apiregistration.k8s.io/v1
                kind: APIService
                metadata: {name: v1.lost.example.com}
                spec:
                  group: lost.example.com
                  version: v1
                  groupPriorityMinimum: 100
                  versionPriority: 100
                  insecureSkipTLSVerify: true
                  service: {namespace: default, name: nobody}
                """);
        within(
                SOON,
                "it is known not to be there",
                () ->
                        assertTrue(
                                kubectl("get", "apiservice", "v1.lost.example.com")
                                        .contains("False (ServiceNotFound)")));
        assertTrue(
                cluster()
                        .kubectl("get", "--raw", "/apis/lost.example.com/v1")
                        .err()
                        .contains("unable to handle the request"));
    }
}
