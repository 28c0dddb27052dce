package dev.quilla.ctl.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.client.ApiRequest;
import dev.quilla.ctl.failure.CommandException;
import dev.quilla.ctl.failure.UsageException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TargetTest {

    private static final String CORE =
            """
            {"items": [{"metadata": {}, "versions": [{"version": "v1", "resources": [
              {"resource": "pods", "singularResource": "pod", "scope": "Namespaced",
               "responseKind": {"kind": "Pod"}, "shortNames": ["po"], "categories": ["all"]},
              {"resource": "nodes", "singularResource": "node", "scope": "Cluster",
               "responseKind": {"kind": "Node"}}]}]}]}
            """;
    private static final String OTHERS =
            """
            {"items": [{"metadata": {"name": "apps"}, "versions": [{"version": "v1", "resources": [
              {"resource": "deployments", "singularResource": "deployment", "scope": "Namespaced",
               "responseKind": {"kind": "Deployment"}, "shortNames": ["deploy"],
               "categories": ["all"]}]}, {"version": "v1beta1", "resources": [
              {"resource": "deployments", "singularResource": "deployment", "scope": "Namespaced",
               "responseKind": {"kind": "Deployment"}, "shortNames": ["deploy"],
               "categories": ["all"]}]}]}]}
            """;

    private final List<String> asked = new ArrayList<>();
    private final Discovery discovery = new Discovery(this::answer);

    private Tree answer(ApiRequest request) {
        asked.add(request.path());
        String text = request.path().equals("/api") ? CORE : OTHERS;
        return Tree.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> parse(String... words) {
        return Target.parse(List.of(words), discovery).stream()
                .map(t -> t.resource().plural() + ":" + t.name())
                .toList();
    }

    @Test
    void bothFormsAreRead() {
        assertEquals(List.of("pods:"), parse("pods"));
        assertEquals(List.of("pods:a", "pods:b"), parse("po", "a", "b"));
        assertEquals(List.of("pods:a", "deployments:b"), parse("Pod/a", "deploy/b"));
        assertEquals(List.of("pods:", "nodes:"), parse("pod,node"));
        assertEquals(List.of("pods:", "deployments:"), parse("all"));
        assertEquals(List.of("deployments:x"), parse("deployments.v1.apps", "x"));
    }

    @Test
    void aResourceOfSeveralVersionsIsMeantOnce() {
        assertEquals(List.of("pods:", "deployments:"), parse("all"));
        assertEquals("apps/v1", discovery.find("deploy").apiVersion());
        assertEquals("apps/v1beta1", discovery.find("deployments.v1beta1.apps").apiVersion());
        assertEquals(3, discovery.all().count());
    }

    @Test
    void theFormsDoNotMix() {
        assertThrows(UsageException.class, () -> parse("pod/a", "b"));
        assertThrows(UsageException.class, () -> parse("pod/"));
        assertThrows(UsageException.class, () -> parse());
        assertThrows(UsageException.class, () -> Target.parseNamed(List.of("pods"), discovery));
    }

    @Test
    void theCoreGroupIsAskedAlone() {
        parse("pods");
        parse("nodes");
        assertEquals(List.of("/api"), asked);
    }

    @Test
    void anUnknownTypeIsNamedAfterAnotherLook() {
        parse("deploy");
        asked.clear();
        String message =
                String.valueOf(
                        assertThrows(CommandException.class, () -> parse("nosuch")).getMessage());
        assertTrue(message.contains("\"nosuch\""), message);
        assertEquals(List.of("/apis"), asked);
    }
}
