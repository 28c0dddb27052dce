package dev.quilla.apiserver.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is added to objects of each kind, against what a Kubernetes 1.36 server was seen to add.
 * {@code defaults.json} has, by resource, what was sent and what was added to it, by path.
 */
class DefaultsTest {

    /** Set by the cluster, and different each time. */
    private static final Set<String> ITS_OWN =
            Set.of(
                    "kind",
                    "apiVersion",
                    "metadata.name",
                    "metadata.uid",
                    "metadata.creationTimestamp",
                    "metadata.resourceVersion",
                    "metadata.managedFields",
                    "status.acceptedNames",
                    "status.lastPhaseTransitionTime",
                    "status.conditions");

    /** Kubernetes holds volumes that are in use; here nobody would take the finalizers off. */
    private static final Set<String> NOT_HERE = Set.of("metadata.finalizers[0]");

    /** Set by policies that the server had not, of which we know no defaults. */
    private static final Pattern OF_POLICIES =
            Pattern.compile(
                    "spec\\.(serviceAccount|tolerations|priority|preemptionPolicy|taints|volumes"
                            + "|(c|initC)ontainers\\[0\\]\\.volumeMounts).*");

    /** What the objects are called whose names follow from what they hold. */
    private static final Map<String, String> NAMES =
            Map.of(
                    "customresourcedefinitions", "foos.ex.com",
                    "apiservices", "v1.agg.ex",
                    "ipaddresses", "10.9.8.7");

    private final TestApi api = new TestApi();

    /** All but the one that needs a request somebody has signed. */
    static List<String> resources() throws IOException {
        return facts().keySet().stream()
                .filter(name -> !name.equals("certificatesigningrequests"))
                .toList();
    }

    private static Map<String, @Nullable Object> facts() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        DefaultsTest.class.getResourceAsStream(
                                "/dev/quilla/apiserver/kinds/defaults.json"))) {
            return JsonTree.parseObject(in.readAllBytes());
        }
    }

    @ParameterizedTest
    @MethodSource("resources")
    void areThoseOfKubernetes(String resource) throws IOException {
        Map<?, ?> fact = (Map<?, ?>) Objects.requireNonNull(facts().get(resource));
        Map<String, Object> expected = new TreeMap<>();
        flatten("", fact.get("sent"), expected);
        ((Map<?, ?>) Objects.requireNonNull(fact.get("added")))
                .forEach((path, value) -> {
                    expected.remove(path);
                    flatten((String) path, value, expected);
                });
        Map<String, Object> actual = new TreeMap<>();
        flatten("", created(resource, fact), actual);
        forgive(expected, actual);
        if (resource.startsWith("pods") || resource.equals("nodes")) {
            actual.keySet()
                    .removeIf(path ->
                            !expected.containsKey(path) && OF_POLICIES.matcher(path).matches());
        }
        if (resource.equals("servicecidrs")
                || resource.startsWith("persistentvolume")
                || resource.equals("volumeattributesclasses")) {
            // There a controller adds it a moment later, or a policy that was switched off.
            actual.remove("metadata.finalizers[0]");
        }
        assertEquals(lines(expected), lines(actual));
    }

    private @Nullable Object created(String resource, Map<?, ?> fact) {
        api.call(
                "POST",
                "/api/v1/namespaces/default/serviceaccounts",
                "application/json",
                "{\"metadata\":{\"name\":\"sa\"}}");
        String gvk = (String) Objects.requireNonNull(fact.get("gvk"));
        int slash = gvk.lastIndexOf('/');
        ServedResource served =
                api.registry()
                        .find(
                                GroupVersion.parse(gvk.substring(0, slash))
                                        .kind(gvk.substring(slash + 1)))
                        .orElseThrow();
        Map<Object, Object> object = new LinkedHashMap<>((Map<?, ?>) fact.get("sent"));
        String name = NAMES.getOrDefault(resource, "x-" + resource.replace('#', '-'));
        object.put("metadata", Map.of("name", name));
        GroupVersion version = served.type().gvr().groupVersion();
        String path =
                (version.group().isEmpty() ? "/api/" : "/apis/")
                        + version
                        + (served.type().namespaced() ? "/namespaces/default/" : "/")
                        + served.type().gvr().resource();
        ApiReply reply =
                api.call(
                        "POST",
                        path,
                        "application/json",
                        new String(JsonTree.write(object), StandardCharsets.UTF_8));
        return JsonCodec.toTree(reply.answer().orElseThrow().get());
    }

    /** Takes out what is the cluster's own, and what was chosen at random. */
    private static void forgive(Map<String, Object> expected, Map<String, Object> actual) {
        actual.keySet().removeIf(DefaultsTest::isItsOwn);
        expected.keySet().removeIf(path -> NOT_HERE.contains(path) || isItsOwn(path));
        withoutEmpty(expected);
        withoutEmpty(actual);
        expected.forEach((path, value) -> {
            if (value.toString().startsWith("<") && actual.containsKey(path)) {
                actual.put(path, value);
            }
        });
    }

    private static boolean isItsOwn(String path) {
        return ITS_OWN.stream()
                .anyMatch(own ->
                        path.equals(own)
                                || path.startsWith(own + ".")
                                || path.startsWith(own + "["));
    }

    /** An empty struct or list says the same as none. */
    private static void withoutEmpty(Map<String, Object> values) {
        values.values().removeIf(value -> Set.of("{}", "[]", "null").contains(value));
    }

    private static void flatten(String path, @Nullable Object value, Map<String, Object> into) {
        switch (value) {
            case Map<?, ?> map when !map.isEmpty() ->
                    map.forEach((name, inner) ->
                            flatten(path.isEmpty() ? "" + name : path + "." + name, inner, into));
            case List<?> list when !list.isEmpty() -> {
                for (int i = 0; i < list.size(); i++) {
                    flatten(path + "[" + i + "]", list.get(i), into);
                }
            }
            case null -> into.put(path, "null");
            default -> into.put(path, value.toString());
        }
    }

    private static String lines(Map<String, Object> values) {
        StringBuilder lines = new StringBuilder();
        values.forEach((path, value) -> lines.append(path).append(": ").append(value).append('\n'));
        return lines.toString();
    }
}
