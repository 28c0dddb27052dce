package dev.quilla.apiserver.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.quilla.apiserver.discovery.Discovery;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.model.ApiException;
import dev.quilla.model.codec.JsonTree;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What discovery says, in both of its forms, against what a Kubernetes 1.36 server was seen to say
 * ({@code resources.json}): the same resources with the same verbs, names and subresources, and
 * none of those that it serves only when asked to.
 */
class DiscoveryTest {

    /** What there is here and not there: our own, and what an add-on serves there. */
    private static final Set<String> OURS = Set.of("quilla.dev/v1", "metrics.k8s.io/v1beta1");

    /** Answered by a way of its own, beside the objects. */
    private static final Set<String> CONNECTIONS =
            Set.of("attach", "exec", "log", "portforward", "proxy");

    private final TestApi api = new TestApi();
    private final Discovery discovery = new Discovery(api.registry());

    private static Map<?, ?> facts() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        DiscoveryTest.class.getResourceAsStream(
                                "/dev/quilla/apiserver/kinds/resources.json"))) {
            return JsonTree.parseObject(in.readAllBytes());
        }
    }

    private static List<Map<?, ?>> maps(Map<?, ?> parent, String field) {
        List<Map<?, ?>> maps = new ArrayList<>();
        for (Object item : parent.get(field) instanceof List<?> list ? list : List.of()) {
            maps.add((Map<?, ?>) item);
        }
        return maps;
    }

    static List<String> served() throws IOException {
        return maps(facts(), "groupVersions").stream()
                .filter(v -> Boolean.TRUE.equals(v.get("enabledByDefault")))
                .map(v -> text(v, "groupVersion"))
                .toList();
    }

    static List<String> unserved() throws IOException {
        return maps(facts(), "groupVersions").stream()
                .filter(v -> !Boolean.TRUE.equals(v.get("enabledByDefault")))
                .map(v -> text(v, "groupVersion"))
                .toList();
    }

    private static String text(Map<?, ?> map, String field) {
        return map.get(field) instanceof String text ? text : "";
    }

    private static String path(String version) {
        return (version.contains("/") ? "/apis/" : "/api/") + version;
    }

    private static Map<?, ?> fact(String version) throws IOException {
        return maps(facts(), "groupVersions").stream()
                .filter(v -> text(v, "groupVersion").equals(version))
                .findFirst()
                .orElseThrow();
    }

    /** The group and version of what a resource answers with, where that is another one. */
    private static String answers(Map<?, ?> resource, String version) {
        String other = text(resource, "responseGroupVersion");
        return other.isEmpty() ? version : other;
    }

    private static String group(String version) {
        return version.contains("/") ? version.substring(0, version.indexOf('/')) : "";
    }

    private static String number(String version) {
        return version.substring(version.indexOf('/') + 1);
    }

    private static String list(Map<?, ?> map, String field) {
        return map.get(field) instanceof List<?> list ? list.toString() : "[]";
    }

    @ParameterizedTest
    @MethodSource("served")
    void listsOfResourcesAreThoseOfKubernetes(String version) throws IOException {
        Map<String, String> expected = new TreeMap<>();
        for (Map<?, ?> resource : maps(fact(version), "resources")) {
            String name = text(resource, "resource");
            boolean namespaced = Boolean.TRUE.equals(resource.get("namespaced"));
            expected.put(
                    name,
                    String.join(
                            " ",
                            text(resource, "kind"),
                            text(resource, "singular"),
                            Boolean.toString(namespaced),
                            list(resource, "verbs"),
                            list(resource, "shortNames"),
                            list(resource, "categories"),
                            text(resource, "storageVersionHash")));
            for (Map<?, ?> sub : maps(resource, "subresources")) {
                expected.put(
                        name + "/" + text(sub, "name"),
                        String.join(
                                " ",
                                text(sub, "kind"),
                                Boolean.toString(namespaced),
                                list(sub, "verbs"),
                                answers(sub, version)));
            }
        }
        Map<String, String> actual = new TreeMap<>();
        for (Map<?, ?> entry : maps(document(path(version), Discovery.Form.PLAIN), "resources")) {
            actual.put(text(entry, "name"), legacy(entry, version));
        }
        assertEquals(lines(expected), lines(actual));
    }

    private static String legacy(Map<?, ?> entry, String version) {
        String namespaced = String.valueOf(entry.get("namespaced"));
        if (text(entry, "name").contains("/")) {
            String other =
                    text(entry, "group").isEmpty()
                            ? text(entry, "version")
                            : text(entry, "group") + "/" + text(entry, "version");
            return String.join(
                    " ",
                    text(entry, "kind"),
                    namespaced,
                    list(entry, "verbs"),
                    other.isEmpty() ? version : other);
        }
        return String.join(
                " ",
                text(entry, "kind"),
                text(entry, "singularName"),
                namespaced,
                list(entry, "verbs"),
                list(entry, "shortNames"),
                list(entry, "categories"),
                text(entry, "storageVersionHash"));
    }

    @ParameterizedTest
    @MethodSource("served")
    void theAggregatedFormSaysTheSame(String version) throws IOException {
        Map<String, String> expected = new TreeMap<>();
        for (Map<?, ?> resource : maps(fact(version), "resources")) {
            String name = text(resource, "resource");
            expected.put(
                    name,
                    String.join(
                            " ",
                            kind(answers(resource, version), text(resource, "kind")),
                            Boolean.TRUE.equals(resource.get("namespaced"))
                                    ? "Namespaced"
                                    : "Cluster",
                            text(resource, "singular"),
                            list(resource, "verbs"),
                            list(resource, "shortNames"),
                            list(resource, "categories")));
            for (Map<?, ?> sub : maps(resource, "subresources")) {
                expected.put(
                        name + "/" + text(sub, "name"),
                        kind(answers(sub, version), text(sub, "kind")) + " " + list(sub, "verbs"));
            }
        }
        Map<String, String> actual = new TreeMap<>();
        for (Map<?, ?> resource : maps(aggregated(version), "resources")) {
            String name = text(resource, "resource");
            actual.put(
                    name,
                    String.join(
                            " ",
                            kind(resource),
                            text(resource, "scope"),
                            text(resource, "singularResource"),
                            list(resource, "verbs"),
                            list(resource, "shortNames"),
                            list(resource, "categories")));
            for (Map<?, ?> sub : maps(resource, "subresources")) {
                actual.put(
                        name + "/" + text(sub, "subresource"),
                        kind(sub) + " " + list(sub, "verbs"));
            }
        }
        assertEquals(lines(expected), lines(actual));
    }

    private Map<?, ?> aggregated(String version) {
        String root = version.contains("/") ? "/apis" : "/api";
        return maps(document(root, Discovery.Form.AGGREGATED), "items").stream()
                .filter(g ->
                        text((Map<?, ?>) Objects.requireNonNull(g.get("metadata")), "name")
                                .equals(group(version)))
                .flatMap(g -> maps(g, "versions").stream())
                .filter(v -> text(v, "version").equals(number(version)))
                .findFirst()
                .orElseThrow();
    }

    private static String kind(Map<?, ?> resource) {
        Map<?, ?> kind = (Map<?, ?>) Objects.requireNonNull(resource.get("responseKind"));
        return text(kind, "group") + "/" + text(kind, "version") + "/" + text(kind, "kind");
    }

    private static String kind(String version, String kind) {
        return group(version) + "/" + number(version) + "/" + kind;
    }

    private Map<?, ?> document(String path, Discovery.Form form) {
        return discovery.at(path, form).orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("unserved")
    void whatIsServedWhenAskedForOnlyIsNotServed(String version) {
        assertEquals(Optional.empty(), discovery.at(path(version), Discovery.Form.PLAIN));
    }

    @Test
    void groupsAreInTheSameOrderWithTheSameVersions() throws IOException {
        List<String> expected =
                maps(facts(), "groups").stream()
                        .filter(g -> !text(g, "name").isEmpty())
                        .filter(g -> !list(g, "defaultVersions").equals("[]"))
                        .map(g -> text(g, "name") + " " + list(g, "defaultVersions"))
                        .toList();
        List<String> actual =
                maps(document("/apis", Discovery.Form.PLAIN), "groups").stream()
                        .filter(g ->
                                maps(g, "versions").stream()
                                        .noneMatch(v -> OURS.contains(text(v, "groupVersion"))))
                        .map(g ->
                                text(g, "name")
                                        + " "
                                        + maps(g, "versions").stream()
                                                .map(v -> text(v, "version"))
                                                .toList())
                        .toList();
        assertEquals(expected, actual);
    }

    /** Of kinds with the same short name kubectl takes the one whose group comes first. */
    @Test
    void groupsOfUsersAreInTheOrderOfTheirNames() {
        for (String group : List.of("q.example", "z.example", "b.example", "k.example")) {
            api.call(
                    "POST",
                    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                    "application/yaml",
                    """
                    metadata: {name: foos.%1$s}
                    spec:
                      group: %1$s
                      scope: Cluster
                      names: {plural: foos, kind: Foo}
                      versions:
                      - name: v1
                        served: true
                        storage: true
                        schema: {openAPIV3Schema: {type: object}}
                    """
                            .formatted(group));
            api.call(
                    "PATCH",
                    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/foos."
                            + group
                            + "/status",
                    "application/merge-patch+json",
                    """
                    {"status": {
                      "acceptedNames": {"plural": "foos", "kind": "Foo"},
                      "conditions": [{"type": "Established", "status": "True"}]}}
                    """);
        }
        List<String> actual =
                maps(document("/apis", Discovery.Form.PLAIN), "groups").stream()
                        .map(g -> text(g, "name"))
                        .filter(name -> name.endsWith(".example"))
                        .toList();
        assertEquals(List.of("b.example", "k.example", "q.example", "z.example"), actual);
    }

    /** Whatever a verb answers about an object that is not there, it is a verb. */
    @ParameterizedTest
    @MethodSource("served")
    void everyVerbIsAnswered(String version) throws IOException {
        for (Map<?, ?> resource : maps(fact(version), "resources")) {
            String collection =
                    path(version)
                            + (Boolean.TRUE.equals(resource.get("namespaced"))
                                    ? "/namespaces/default/"
                                    : "/")
                            + text(resource, "resource");
            answered(collection, resource);
            for (Map<?, ?> sub : maps(resource, "subresources")) {
                if (!CONNECTIONS.contains(text(sub, "name"))) {
                    answered(collection + "/none/" + text(sub, "name"), sub);
                }
            }
        }
    }

    private void answered(String path, Map<?, ?> resource) {
        boolean sub = path.contains("/none/");
        for (Object verb : (List<?>) Objects.requireNonNull(resource.get("verbs"))) {
            String target = sub ? path : path + "/none";
            switch ((String) verb) {
                case "get" -> isAnswered("GET", target, "");
                case "list" -> isAnswered("GET", path, "");
                case "watch" -> isAnswered("GET", path + "?watch=true&timeoutSeconds=1", "");
                case "create" -> isAnswered("POST", path, "{}");
                case "update" -> isAnswered("PUT", target, "{}");
                case "patch" -> isAnswered("PATCH", target, "{}");
                case "delete" -> isAnswered("DELETE", target, "");
                default -> isAnswered("DELETE", path + "?labelSelector=none%3Dhere", "");
            }
        }
    }

    private void isAnswered(String method, String target, String body) {
        String type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
        try {
            if (api.call(method, target, type, body) instanceof ApiReply.OfWatch watch) {
                watch.source().close();
            }
        } catch (ApiException e) {
            assertNotEquals(405, e.code(), () -> method + " " + target + ": " + e.getMessage());
        }
    }

    private static String lines(Map<String, String> values) {
        StringBuilder lines = new StringBuilder();
        values.forEach((name, value) -> lines.append(name).append(": ").append(value).append('\n'));
        return lines.toString();
    }
}
