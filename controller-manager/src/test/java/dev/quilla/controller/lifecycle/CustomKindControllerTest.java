package dev.quilla.controller.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.client.ApiRequest;
import dev.quilla.client.Body;
import dev.quilla.controller.TestCluster;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinition;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CustomKindControllerTest {

    private static final String BOATS = "/apis/harbour.example.com/v1/boats";
    private static final String OURS = "/apis/harbour.example.com/v1/namespaces/default/boats";

    private final TestCluster cluster = new TestCluster();
    private final CustomKindController controller =
            new CustomKindController(cluster.client, cluster.informers, cluster.clock);

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void servesWhatHasNamesOfItsOwn() {
        assertEquals(404, cluster.client.transport().call(ApiRequest.get(BOATS)).code());
        define("boats", "Boat");
        assertEquals("True", condition("boats", "Established"));
        assertEquals("True", condition("boats", "NamesAccepted"));
        cluster.client.transport().call(ApiRequest.get(BOATS)).orThrow();
    }

    @Test
    void aNameIsOnlyOneKinds() {
        define("boats", "Boat");
        define("ships", "Boat");
        assertEquals("False", condition("ships", "NamesAccepted"));
        assertEquals("False", condition("ships", "Established"));
        cluster.client.resource(Resources.CUSTOM_RESOURCE_DEFINITIONS).delete(key("boats"));
        reconcile("boats");
        reconcile("ships");
        assertEquals("True", condition("ships", "Established"));
    }

    @Test
    void whatIsLeftOfAKindGoesFirst() {
        define("boats", "Boat");
        call("POST", OURS, boat("held", ",\"finalizers\":[\"example.com/x\"]"));
        call("POST", "/api/v1/namespaces", "{\"metadata\":{\"name\":\"sea\"}}");
        call("POST", OURS.replace("default", "sea"), boat("free", ""));
        cluster.client.resource(Resources.CUSTOM_RESOURCE_DEFINITIONS).delete(key("boats"));
        reconcile("boats");
        assertEquals("True", condition("boats", "Terminating"));
        ApiRequest free = ApiRequest.get(OURS.replace("default", "sea") + "/free");
        assertEquals(404, cluster.client.transport().call(free).code());
        assertThrows(ApiException.class, () -> call("POST", OURS, boat("late", "")));
        call("PATCH", OURS + "/held", "{\"metadata\":{\"finalizers\":null}}");
        reconcile("boats");
        assertTrue(find("boats").isEmpty());
        assertEquals(404, cluster.client.transport().call(ApiRequest.get(BOATS)).code());
    }

    @Test
    void whatControllersDoNotKeepStays() {
        define("boats", "Boat");
        assertTrue(hasSchema(find("boats").orElseThrow()));
        assertEquals(Map.of("keep", "me"), find("boats").orElseThrow().metadata().annotations());
        call("POST", OURS, boat("held", ",\"finalizers\":[\"example.com/x\"]"));
        cluster.client.resource(Resources.CUSTOM_RESOURCE_DEFINITIONS).delete(key("boats"));
        reconcile("boats");
        CustomResourceDefinition whole = find("boats").orElseThrow();
        assertTrue(hasSchema(whole));
        CustomResourceDefinition brief = BriefDefinitions.TYPE.view().apply(whole.struct());
        assertFalse(hasSchema(brief));
        assertEquals(whole.status(), brief.status());
        assertEquals(whole.spec().names(), brief.spec().names());
        assertEquals(whole.metadata().finalizers(), brief.metadata().finalizers());
        assertFalse(brief.metadata().hasManagedFields() || brief.metadata().hasAnnotations());
    }

    private static String boat(String name, String more) {
        return """
        {"apiVersion":"harbour.example.com/v1","kind":"Boat","metadata":{"name":"%s"%s}}\
        """
                .formatted(name, more);
    }

    private static boolean hasSchema(CustomResourceDefinition crd) {
        return crd.spec().versions().getFirst().schema().hasOpenAPIV3Schema();
    }

    private void call(String method, String path, String json) {
        String type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
        cluster.client
                .transport()
                .call(
                        ApiRequest.of(method, path)
                                .withBody(Body.of(json.getBytes(StandardCharsets.UTF_8), type)))
                .orThrow();
    }

    private void define(String plural, String kind) {
        String json =
                """
                {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
                 "metadata":{"name":"%1$s.harbour.example.com","annotations":{"keep":"me"}},
                 "spec":{"group":"harbour.example.com","scope":"Namespaced",
                  "names":{"plural":"%1$s","singular":"one-of-%1$s","kind":"%2$s"},
                  "versions":[{"name":"v1","served":true,"storage":true,
                   "schema":{"openAPIV3Schema":{"type":"object"}}}]}}
                """
                        .formatted(plural, kind);
        call("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", json);
        reconcile(plural);
    }

    private void reconcile(String plural) {
        cluster.reconcile(controller, key(plural));
    }

    private static ObjectKey key(String plural) {
        return ObjectKey.cluster(plural + ".harbour.example.com");
    }

    private java.util.Optional<CustomResourceDefinition> find(String plural) {
        return cluster.client.resource(Resources.CUSTOM_RESOURCE_DEFINITIONS).find(key(plural));
    }

    private String condition(String plural, String type) {
        return find(plural).orElseThrow().status().conditions().stream()
                .filter(c -> c.type().equals(type))
                .map(c -> c.status())
                .findFirst()
                .orElse("");
    }
}
