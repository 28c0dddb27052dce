package dev.quilla.apiserver.aggregation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.discovery.Discovery;
import dev.quilla.apiserver.discovery.OpenApi;
import dev.quilla.apiserver.transcript.TestApi;
import dev.quilla.client.ApiClient;
import dev.quilla.client.fake.HttpsPeer;
import dev.quilla.model.ApiException;
import dev.quilla.model.Bytes;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.apiregistration.v1.APIService;
import dev.quilla.model.apiregistration.v1.APIServiceCondition;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.core.v1.Service;
import dev.quilla.model.discovery.v1.EndpointSlice;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is listed as served, here and by a real server elsewhere. */
@Timeout(60)
class AggregationTest {

    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

    private static final Map<String, ?> SWAGGER =
            Map.of(
                    "paths",
                    Map.of(
                            "/apis/fruit.example.com/v1/fruits",
                            Map.of(
                                    "get",
                                    Map.of(
                                            "operationId",
                                            "listFruits",
                                            "responses",
                                            Map.of("200", Map.of("schema", ref("Fruit"))))),
                            "/apis/elsewhere.example.com/v1/x",
                            Map.of()),
                    "definitions",
                    Map.of(
                            "Fruit",
                            Map.of(
                                    "type",
                                    "object",
                                    "example",
                                    Map.of(),
                                    "properties",
                                    Map.of("metadata", ref(META), "seed", ref("Seed")),
                                    "x-kubernetes-group-version-kind",
                                    List.of(
                                            Map.of(
                                                    "group", "fruit.example.com",
                                                    "version", "v1",
                                                    "kind", "Fruit"))),
                            "Seed",
                            Map.of("type", "string"),
                            META,
                            Map.of("type", "object", "description", "another one"),
                            "Unused",
                            Map.of("type", "string")));

    private final TestApi api = new TestApi();
    private final ApiClient client = api.client();
    private final HttpsPeer peer =
            new HttpsPeer(List.of("peer.default.svc"), (path, asked) -> answer(path));
    private final Aggregator aggregator = api.aggregator();
    private final ApiServiceStatus status =
            new ApiServiceStatus(
                    api.objects(), api.registry(), aggregator, client, InstantSource.system());
    private final AggregatedDiscovery discovery = api.discovery();

    @AfterEach
    void stop() {
        peer.close();
    }

    private static Map<String, ?> answer(String path) {
        if (path.equals("/openapi/v2")) {
            return SWAGGER;
        }
        return path.equals("/openapi/v3")
                ? Map.of(
                        "paths",
                        Map.of(
                                "apis/fruit.example.com/v1",
                                Map.of(
                                        "serverRelativeURL",
                                        "/openapi/v3/apis/fruit.example.com/v1?hash=1")))
                : Map.of(
                        "kind",
                        "APIResourceList",
                        "resources",
                        List.of(
                                Map.of(
                                        "name", "fruits",
                                        "singularName", "fruit",
                                        "namespaced", true,
                                        "kind", "Fruit",
                                        "verbs", List.of("get")),
                                Map.of(
                                        "name", "fruits/status",
                                        "singularName", "",
                                        "namespaced", true,
                                        "kind", "Fruit",
                                        "verbs", List.of("get"))));
    }

    private static Map<String, String> ref(String type) {
        return Map.of("$ref", "#/definitions/" + type);
    }

    private void register() {
        client.resource(Resources.API_SERVICES)
                .create(
                        APIService.builder()
                                .metadata(m -> m.name("v1.fruit.example.com"))
                                .spec(s ->
                                        s.group("fruit.example.com")
                                                .version("v1")
                                                .groupPriorityMinimum(100)
                                                .versionPriority(100)
                                                .caBundle(
                                                        Bytes.wrap(
                                                                Base64.getDecoder()
                                                                        .decode(peer.caBundle())))
                                                .service(p -> p.namespace("default").name("peer")))
                                .build());
    }

    private void serve() {
        client.resource(Resources.SERVICES)
                .create(
                        new Service(
                                JsonCodec.decode(
                                        Service.definition(),
                                        json(
                                                "{'metadata':{'name':'peer','namespace':'default'},'spec':{'clusterIP':'None','ports':[{'port':443}]}}"))));
        client.resource(Resources.ENDPOINT_SLICES)
                .create(
                        new EndpointSlice(
                                JsonCodec.decode(
                                        EndpointSlice.definition(),
                                        json(
                                                "{'metadata':{'name':'peer-1','namespace':'default','labels':{'kubernetes.io/service-name':'peer'}},'addressType':'IPv4','endpoints':[{'addresses':['127.0.0.1']}],'ports':[{'name':'','port':%d}]}"
                                                        .formatted(peer.port())))));
    }

    private static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private APIServiceCondition condition(String name) {
        return client.resource(Resources.API_SERVICES)
                .get(ObjectKey.cluster(name))
                .status()
                .conditions()
                .getFirst();
    }

    private String tree(String path, Discovery.Form form) {
        Map<String, @Nullable Object> tree = discovery.at(path, form).orElseThrow();
        return new String(JsonTree.write(tree), StandardCharsets.UTF_8);
    }

    @Test
    void whatIsServedHereIsListedAsLocal() throws InterruptedException {
        status.sync();
        assertEquals("Local", condition("v1.apps").reason());
        assertEquals("True", condition("v1.").status());
        long writes = api.objects().local().revision();
        status.sync();
        assertEquals(writes, api.objects().local().revision());
    }

    @Test
    void whatAnotherServesIsAskedForAndDescribed() throws InterruptedException {
        serve();
        register();
        status.sync();
        assertEquals("Passed", condition("v1.fruit.example.com").reason());
        assertTrue(tree("/apis", Discovery.Form.AGGREGATED).contains("\"resource\":\"fruits\""));
        assertTrue(tree("/apis", Discovery.Form.AGGREGATED).contains("\"subresource\":\"status\""));
        assertTrue(tree("/apis", Discovery.Form.PLAIN).contains("fruit.example.com/v1"));
        assertTrue(
                tree("/apis/fruit.example.com", Discovery.Form.PLAIN)
                        .contains("\"preferredVersion\""));
        String index =
                new String(
                        discovery.openApi("/openapi/v3", "").orElseThrow().content().get(),
                        StandardCharsets.UTF_8);
        assertTrue(index.contains("/openapi/v3/apis/fruit.example.com/v1?hash=1"));
        assertTrue(index.contains("/openapi/v3/apis/apps/v1?hash="));
        assertTrue(aggregator.serving("/apis/fruit.example.com/v1/fruits").isPresent());
        assertTrue(aggregator.serving("/openapi/v3/apis/fruit.example.com/v1").isPresent());
        assertFalse(aggregator.serving("/apis/apps/v1/deployments").isPresent());
    }

    @Test
    void oneDocumentDescribesBoth() throws InterruptedException {
        OpenApi.Document before = discovery.openApi("/openapi/v2", "").orElseThrow();
        serve();
        register();
        status.sync();
        OpenApi.Document after = discovery.openApi("/openapi/v2", "").orElseThrow();
        assertNotEquals(before.hash(), after.hash());
        Map<String, @Nullable Object> document = JsonTree.parseObject(after.content().get());
        Map<?, ?> paths = (Map<?, ?>) document.get("paths");
        assertTrue(paths.containsKey("/apis/apps/v1/namespaces/{namespace}/deployments/{name}"));
        assertTrue(paths.containsKey("/apis/fruit.example.com/v1/fruits"));
        assertFalse(paths.containsKey("/apis/elsewhere.example.com/v1/x"));
        Map<?, ?> definitions = (Map<?, ?>) document.get("definitions");
        assertEquals(Map.of("type", "string"), definitions.get("Seed"));
        assertFalse(definitions.containsKey("Unused"));
        // What is called as ours, and is not the same, stands beside it.
        assertTrue(((Map<?, ?>) definitions.get(META)).containsKey("properties"));
        assertEquals("another one", ((Map<?, ?>) definitions.get(META + "_v2")).get("description"));
        assertTrue(String.valueOf(definitions.get("Fruit")).contains(META + "_v2"));
        byte[] protobuf =
                discovery
                        .openApi(
                                "/openapi/v2",
                                "application/com.github.proto-openapi.spec.v2.v1.0+protobuf")
                        .orElseThrow()
                        .content()
                        .get();
        assertTrue(
                new String(protobuf, StandardCharsets.ISO_8859_1)
                        .contains("/apis/fruit.example.com/v1/fruits"));
    }

    @Test
    void whatCanNotBeAskedIsNotAvailable() throws InterruptedException {
        register();
        status.sync();
        assertEquals("ServiceNotFound", condition("v1.fruit.example.com").reason());
        assertTrue(tree("/apis", Discovery.Form.AGGREGATED).contains("\"freshness\":\"Stale\""));
        serve();
        status.sync();
        assertEquals("True", condition("v1.fruit.example.com").status());
        peer.close();
        status.sync();
        assertEquals("FailedDiscoveryCheck", condition("v1.fruit.example.com").reason());
    }

    @Test
    void builtInGroupsStayWhatTheyAre() throws InterruptedException {
        status.sync();
        var services = client.resource(Resources.API_SERVICES);
        APIService apps = services.get(ObjectKey.cluster("v1.apps"));
        services.update(
                apps.toBuilder()
                        .spec(
                                apps.spec().toBuilder()
                                        .service(s -> s.namespace("x").name("y"))
                                        .build())
                        .build());
        assertFalse(aggregator.serving("/apis/apps/v1/deployments").isPresent());
    }

    @Test
    void itsNameSaysWhatItServes() {
        ApiException e =
                assertThrows(
                        ApiException.class,
                        () ->
                                client.resource(Resources.API_SERVICES)
                                        .create(
                                                APIService.builder()
                                                        .metadata(m -> m.name("v2.x.example.com"))
                                                        .spec(s ->
                                                                s.group("x.example.com")
                                                                        .version("v1"))
                                                        .build()));
        assertTrue(e.status().message().contains("must be `spec.version+\".\"+spec.group`"));
        assertTrue(e.status().message().contains("spec.groupPriorityMinimum"));
    }
}
