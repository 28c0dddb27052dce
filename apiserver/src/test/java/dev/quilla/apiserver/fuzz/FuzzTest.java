package dev.quilla.apiserver.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.quilla.apiserver.flow.FlowControl;
import dev.quilla.apiserver.http.ApiServer;
import dev.quilla.apiserver.http.Callers;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.transcript.MemoryExchange;
import dev.quilla.apiserver.transcript.TestApi;
import dev.quilla.apiserver.transcript.TestServers;
import dev.quilla.http.Headers;
import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.codec.ProtobufCodec;
import dev.quilla.model.codec.UnknownFields;
import dev.quilla.model.codec.YamlCodec;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random requests on the whole way of a request: objects of all kinds in all codecs and all kinds
 * of patches, right, strange or spoiled. Whatever comes, the answer is a success or says what the
 * client did wrong, and costs no more than what was sent can explain. A failure names the seed: run
 * it again with {@code -Dfuzz.seed=N}, and longer with {@code -Dfuzz.requests=N}.
 */
@Timeout(300)
class FuzzTest {

    private static final int REQUESTS = Integer.getInteger("fuzz.requests", 5_000);
    private static final int OBJECTS_MAX = 300;
    private static final int FAILURES_MAX = 30;
    private static final long ALLOCATED_MAX = 64L << 20;
    private static final long ALLOCATED_PER_BYTE_MAX = 4_000;

    /** Objects of these change how the server treats requests: they are checked, not stored. */
    private static final Set<String> NOT_STORED =
            Set.of(
                    "admissionregistration.k8s.io",
                    "apiregistration.k8s.io",
                    "apiextensions.k8s.io",
                    "flowcontrol.apiserver.k8s.io");

    private static final List<String> PATCHES =
            List.of(
                    "application/json-patch+json",
                    "application/merge-patch+json",
                    "application/strategic-merge-patch+json",
                    "application/apply-patch+yaml");

    private static final List<String> ACCEPTED =
            List.of(
                    "application/json",
                    "application/yaml",
                    "application/vnd.kubernetes.protobuf, application/json",
                    "application/json;as=Table;v=v1;g=meta.k8s.io, application/json");

    private static final List<String> PATHS =
            List.of(
                    "",
                    "/",
                    "/api",
                    "/api/v1",
                    "/api/v1/namespaces",
                    "/api/v1/namespaces/default",
                    "/api/v1/namespaces/default/status",
                    "/api/v1/namespaces/default/finalize",
                    "/api/v1/namespaces/default/serviceaccounts/default",
                    "/api/v1/namespaces/default/pods",
                    "/api/v1/namespaces/default/services",
                    "/api/v1/pods",
                    "/api/v1/nodes",
                    "/api/v1/events",
                    "/apis",
                    "/apis/apps",
                    "/apis/apps/v1",
                    "/apis/apps/v1/deployments",
                    "/apis/apps/v1/namespaces/default/deployments/a/scale",
                    "/apis/example.com/v1/namespaces/default/boats",
                    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/boats.example.com",
                    "/apis/events.k8s.io/v1/events",
                    "/apis/metrics.k8s.io/v1beta1/nodes",
                    "/openapi/v2",
                    "/openapi/v3/api/v1",
                    "/version",
                    "/healthz",
                    "/metrics",
                    "/logs",
                    "/.well-known/openid-configuration");

    private static final List<String> PARTS =
            List.of(
                    "",
                    ".",
                    "..",
                    "%2e%2e",
                    "a;b",
                    "a/b",
                    "a//b",
                    "\u0000",
                    "\\",
                    "ü",
                    "status",
                    "scale",
                    "log",
                    "exec",
                    "proxy",
                    "proxy/x",
                    "token",
                    "binding",
                    "eviction",
                    "ephemeralcontainers",
                    "resize",
                    "x".repeat(3_000),
                    "a/".repeat(500));

    private static final List<String> PARAMETERS =
            List.of(
                    "watch",
                    "limit",
                    "continue",
                    "resourceVersion",
                    "resourceVersionMatch",
                    "labelSelector",
                    "fieldSelector",
                    "allowWatchBookmarks",
                    "sendInitialEvents",
                    "pretty",
                    "dryRun",
                    "propagationPolicy",
                    "gracePeriodSeconds",
                    "orphanDependents",
                    "preconditions",
                    "includeObject",
                    "verbose",
                    "timeout");

    private static final List<String> VALUES =
            List.of(
                    "",
                    "true",
                    "1",
                    "0",
                    "-1",
                    "99999999999999999999",
                    "1e9",
                    "NotOlderThan",
                    "Exact",
                    "All",
                    "Orphan",
                    "a=b",
                    "a!=b,c in (d,e),!f",
                    "a in (",
                    "((((",
                    "metadata.name=default",
                    "metadata.name=" + "n".repeat(3_000),
                    "spec.nodeName=",
                    "status.phase!=Running",
                    "spec.x=\\,",
                    "eyJ2IjoxfQ==",
                    "AAAA",
                    "Object",
                    "\u0000",
                    "日本",
                    "x".repeat(5_000));

    private static final String DEFINITIONS =
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    private static final String DEFINITION =
            """
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
             "metadata":{"name":"boats.example.com"},
             "spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"boats","kind":"Boat"},
              "versions":[{"name":"v1","served":true,"storage":true,
               "subresources":{"status":{},"scale":{"specReplicasPath":".spec.a",
                "statusReplicasPath":".status.a"}},
               "schema":{"openAPIV3Schema":{"type":"object","properties":{
                "status":{"type":"object","x-kubernetes-preserve-unknown-fields":true},
                "spec":{"type":"object","x-kubernetes-preserve-unknown-fields":true,
                 "x-kubernetes-validations":[{"rule":"!has(self.a) || self.a < 100"}],
                 "properties":{
                  "a":{"type":"integer","minimum":-5,"multipleOf":3},
                  "b":{"type":"number","maximum":7,"multipleOf":0.1},
                  "c":{"type":"array","uniqueItems":false,"maxItems":9,"items":{"type":"string","pattern":"^(a+)+$"}},
                  "d":{"x-kubernetes-int-or-string":true},
                  "e":{"type":"object","x-kubernetes-embedded-resource":true,
                   "x-kubernetes-preserve-unknown-fields":true},
                  "f":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"number"}},
                  "g":{"type":"string","enum":["web","a"]},
                  "h":{"type":"string","format":"date-time"},
                  "i":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"],
                   "items":{"type":"object","required":["k"],"properties":{"k":{"type":"string"}}}}
                 }}}}}}]}}
            """;

    private static final String ESTABLISHED =
            """
            {"status":{"acceptedNames":{"plural":"boats","singular":"boat","kind":"Boat",
             "listKind":"BoatList"},"conditions":[{"type":"Established","status":"True"}]}}
            """;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final TestApi api = new TestApi();
    private final List<String> objects = new ArrayList<>();
    private final Map<String, String> failures = new LinkedHashMap<>();
    private FlowControl flows;
    private long seed;
    private ApiServer server;
    private SplittableRandom random;
    private RandomTrees trees;
    private Mutations mutations;

    @BeforeEach
    void start() {
        flows = new FlowControl(api.objects(), 100, InstantSource.system(), System::nanoTime);
        flows.start();
        Identity admin = Identity.known("admin", "", List.of(Identity.MASTERS));
        Callers callers =
                new Callers(List.of(c -> Optional.of(admin)), (who, what) -> true, path -> true);
        server =
                TestServers.over(
                        api,
                        api.registry(),
                        api.resources(),
                        callers,
                        flows,
                        InstantSource.system());
        seed(Long.getLong("fuzz.seed", 1L));
        MemoryExchange defined =
                ask("POST", DEFINITIONS, Map.of(), "application/json", "", utf8(DEFINITION));
        assertEquals(201, defined.status(), () -> text(defined));
        MemoryExchange established =
                ask(
                        "PATCH",
                        DEFINITIONS + "/boats.example.com/status",
                        Map.of(),
                        PATCHES.get(1),
                        "",
                        utf8(ESTABLISHED));
        assertEquals(200, established.status(), () -> text(established));
    }

    private void seed(long next) {
        seed = next;
        // Well mixed: with Random, seeds side by side begin alike.
        random = new SplittableRandom(next);
        trees = new RandomTrees(random);
        mutations = new Mutations(random);
    }

    @AfterEach
    void stop() {
        flows.close();
    }

    @Test
    void answersWhateverComes() {
        long first = Long.getLong("fuzz.seed", 1L);
        List<ServedResource> writable =
                api.registry().all().stream()
                        .filter(r -> r.type().verbs().contains("create"))
                        .toList();
        int understood = 0;
        for (int i = 0; i < REQUESTS; i++) {
            seed(first + i);
            // The last one is custom: there is more to go wrong.
            ServedResource resource =
                    random.nextInt(8) == 0 ? writable.getLast() : trees.pick(writable);
            MemoryExchange answer =
                    objects.isEmpty() || random.nextBoolean()
                            ? created(resource)
                            : changed(trees.pick(objects));
            if (answer.status() < 300 || answer.status() == 422) {
                understood++;
            }
        }
        checkNothingFailed();
        // Else the requests would be refused before they came to what is to be tried.
        assertTrue(understood > REQUESTS / 10, "understood: " + understood);
        assertTrue(objects.size() > 20, "objects: " + objects.size());
    }

    @Test
    void answersWhateverIsAskedFor() {
        long first = Long.getLong("fuzz.seed", 1L);
        int found = 0;
        for (int i = 0; i < REQUESTS; i++) {
            seed(first + i);
            String method =
                    trees.pick(List.of("GET", "GET", "GET", "HEAD", "DELETE", "OPTIONS", "POST"));
            String path = trees.pick(PATHS);
            if (random.nextBoolean()) {
                path = path + "/" + trees.pick(PARTS);
            }
            if (random.nextInt(4) == 0) {
                path = new String(mutations.of(utf8(path)), StandardCharsets.UTF_8);
            }
            Map<String, List<String>> query = new LinkedHashMap<>();
            for (int n = random.nextInt(3); n > 0; n--) {
                query.put(trees.pick(PARAMETERS), List.of(trees.pick(VALUES)));
            }
            MemoryExchange answer =
                    ask(method, path, query, "application/json", accepted(), new byte[0]);
            found += answer.status() < 300 ? 1 : 0;
        }
        checkNothingFailed();
        assertTrue(found > REQUESTS / 20, "found: " + found);
    }

    private void checkNothingFailed() {
        StringBuilder all = new StringBuilder();
        failures.forEach((kind, how) -> all.append('\n').append(kind).append(": ").append(how));
        assertTrue(failures.isEmpty(), all::toString);
    }

    private MemoryExchange created(ServedResource resource) {
        String path = path(resource);
        Map<String, @Nullable Object> tree =
                trees.object(
                        resource.type().definition(),
                        resource.gvk().groupVersion().toString(),
                        resource.gvk().kind());
        String[] type = {""};
        byte[] body = encoded(resource, tree, type);
        boolean stored =
                objects.size() < OBJECTS_MAX && !NOT_STORED.contains(resource.gvk().group());
        MemoryExchange answer = ask("POST", path, query(!stored), type[0], accepted(), body);
        if (stored && answer.status() == 201 && resource.type().verbs().contains("patch")) {
            objects.add(path + "/" + ((Map<?, ?>) tree.get("metadata")).get("name"));
        }
        return answer;
    }

    private MemoryExchange changed(String object) {
        String path = object + (random.nextInt(5) == 0 ? "/status" : "");
        String type = trees.pick(PATCHES);
        Object patch = type.equals(PATCHES.getFirst()) ? operations() : part(object);
        return ask("PATCH", path, query(random.nextBoolean()), type, accepted(), spoiled(patch));
    }

    private Map<String, @Nullable Object> part(String object) {
        ServedResource resource =
                api.registry().all().stream()
                        .filter(r -> object.startsWith(path(r) + "/"))
                        .findFirst()
                        .orElseThrow();
        Map<String, @Nullable Object> tree =
                trees.object(
                        resource.type().definition(),
                        resource.gvk().groupVersion().toString(),
                        resource.gvk().kind());
        if (random.nextBoolean()) {
            tree.remove("metadata");
        }
        if (random.nextInt(4) == 0) {
            tree.put("$patch", trees.pick(List.of("replace", "delete", "merge", "x")));
        }
        return tree;
    }

    private List<Object> operations() {
        List<String> places =
                List.of(
                        "",
                        "/",
                        "/metadata",
                        "/metadata/labels",
                        "/metadata/labels/a",
                        "/metadata/annotations",
                        "/metadata/finalizers",
                        "/metadata/finalizers/-",
                        "/metadata/name",
                        "/metadata/ownerReferences/0",
                        "/spec",
                        "/spec/a",
                        "/spec/containers/0/image",
                        "/spec/template",
                        "/data",
                        "/data/a~1b",
                        "/status",
                        "/kind",
                        "/x/y",
                        "no");
        List<Object> operations = new ArrayList<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            Map<String, @Nullable Object> operation = new LinkedHashMap<>();
            operation.put(
                    "op",
                    trees.pick(
                            List.of("add", "remove", "replace", "move", "copy", "test", "what")));
            operation.put("path", trees.pick(places));
            operation.put("from", trees.pick(places));
            operation.put("value", trees.anything(0));
            operations.add(operation);
        }
        return operations;
    }

    private byte[] encoded(
            ServedResource resource, Map<String, @Nullable Object> tree, String[] type) {
        switch (random.nextInt(3)) {
            case 0 -> {
                type[0] = "application/yaml";
                return spoiled(utf8(YamlCodec.write(tree)));
            }
            case 1 -> {
                if (ProtobufCodec.supports(resource.type().definition())) {
                    try {
                        byte[] protobuf =
                                ProtobufCodec.encode(
                                        JsonCodec.decode(
                                                        resource.type().definition(),
                                                        json(tree),
                                                        UnknownFields.IGNORE)
                                                .struct());
                        type[0] = "application/vnd.kubernetes.protobuf";
                        return spoiled(protobuf);
                    } catch (DecodeException e) {
                        // Too strange for a codec with types: JSON bears it.
                    }
                }
            }
            default -> {
                // JSON below.
            }
        }
        type[0] = "application/json";
        return spoiled(tree);
    }

    private byte[] spoiled(@Nullable Object tree) {
        return spoiled(json(tree));
    }

    private byte[] spoiled(byte[] body) {
        return random.nextInt(3) == 0 ? mutations.of(body) : body;
    }

    /** JSON can say what no writer of ours would: half of a character. */
    private static byte[] json(@Nullable Object tree) {
        String text = new String(JsonTree.write(tree), StandardCharsets.UTF_8);
        return utf8(text.replace("LONE-SURROGATE", "\\ud800"));
    }

    private String accepted() {
        return trees.pick(ACCEPTED);
    }

    private Map<String, List<String>> query(boolean dry) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        query.put("fieldManager", List.of(random.nextInt(9) == 0 ? "" : "fuzz"));
        query.put("fieldValidation", List.of(trees.pick(List.of("Warn", "Ignore", "Strict", "x"))));
        if (dry) {
            query.put("dryRun", List.of("All"));
        }
        return query;
    }

    private static String path(ServedResource resource) {
        var gvr = resource.type().gvr();
        String base =
                gvr.group().isEmpty()
                        ? "/api/" + gvr.version()
                        : "/apis/" + gvr.group() + "/" + gvr.version();
        return base
                + (resource.type().namespaced() ? "/namespaces/default/" : "/")
                + gvr.resource();
    }

    private MemoryExchange ask(
            String method,
            String path,
            Map<String, List<String>> query,
            String type,
            String accept,
            byte[] body) {
        Headers headers = Headers.of("Content-Type", type).with("Accept", accept);
        MemoryExchange exchange = new MemoryExchange(method, path, query, headers, body);
        String request =
                "%s %s %s as %s: %s"
                        .formatted(
                                method,
                                path,
                                query,
                                type,
                                HexFormat.of().formatHex(body).length() > 20_000
                                        ? body.length + " bytes"
                                        : new String(body, StandardCharsets.ISO_8859_1));
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            server.handle(exchange);
        } catch (Exception | StackOverflowError e) {
            wrong(e.getClass() + place(e), request, e.toString());
            return exchange;
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        String told = text(exchange);
        if (exchange.status() < 200 || exchange.status() >= 500) {
            wrong("status " + exchange.status(), request, told);
        }
        if (allocated > ALLOCATED_MAX + ALLOCATED_PER_BYTE_MAX * body.length) {
            wrong("memory", request, allocated + " bytes");
        }
        if (told.contains("Exception") || told.contains("\tat dev.quilla")) {
            wrong("words", request, told);
        }
        return exchange;
    }

    /** One failure of a kind is enough. */
    private void wrong(String kind, String request, String how) {
        if (failures.size() < FAILURES_MAX) {
            failures.putIfAbsent(kind, "seed " + seed + ": " + how + "\n  for " + request);
        }
    }

    private static String place(Throwable e) {
        return Stream.of(e.getStackTrace())
                .filter(f -> f.getClassName().startsWith("dev.quilla"))
                .limit(3)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(" < ", " at ", ""));
    }

    private static String text(MemoryExchange exchange) {
        return new String(exchange.answer(), StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
