package dev.quilla.apiserver.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.http.ApiServer;
import dev.quilla.apiserver.http.Callers;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.transcript.TestApi;
import dev.quilla.apiserver.transcript.TestServers;
import dev.quilla.http.HttpServer;
import dev.quilla.http.HttpServerConfig;
import dev.quilla.model.Schema;
import dev.quilla.pki.CertificateAuthority;
import dev.quilla.pki.CertificateRequest;
import dev.quilla.pki.TlsContexts;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server with few seats, whose every request takes a while, and real clients: one that asks on
 * many connections as fast as it is answered, one that asks now and then, and nodes.
 */
@Timeout(60)
class OverloadTest {

    private static final int SEATS = 60;
    private static final int GREEDY_CONNECTIONS = 150;
    private static final int PASSED_MAX = 30;
    private static final Duration WORK = Duration.ofMillis(10);
    private static final String PODS = "/api/v1/namespaces/default/pods/p";
    private static final String LEASE =
            "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n";

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger greedyBegun = new AtomicInteger();

    /** How many requests of the greedy one have begun since another's request came. */
    private final AtomicInteger passed = new AtomicInteger();

    private final AtomicInteger begunBefore = new AtomicInteger();
    private final AtomicInteger greedyAtOnce = new AtomicInteger();
    private final AtomicInteger greedyAtOnceMost = new AtomicInteger();
    private final AtomicInteger greedyRefused = new AtomicInteger();
    private final TestApi api = new TestApi();
    private FlowControl flows;
    private HttpServer server;
    private HttpClient client;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        InstantSource clock = InstantSource.system();
        try (FlowKeeper keeper = new FlowKeeper(api.objects(), api.client(), clock)) {
            keeper.start();
        }
        CertificateAuthority authority =
                CertificateAuthority.create("test", CertificateRequest.YEAR, clock);
        authority.save(folder.resolve("ca.crt"), folder.resolve("ca.key"));
        authority
                .issue(
                        CertificateRequest.server(
                                "test", List.of("localhost"), List.of("127.0.0.1")))
                .save(folder.resolve("server.crt"), folder.resolve("server.key"));
        flows = new FlowControl(api.objects(), SEATS, InstantSource.system(), System::nanoTime);
        flows.start();
        server =
                new HttpServer(
                        HttpServerConfig.of(
                                "test",
                                List.of(new HttpServerConfig.Listener("127.0.0.1", 0, false)),
                                new HttpServerConfig.Certificates(
                                        folder.resolve("server.key"),
                                        folder.resolve("server.crt"),
                                        folder.resolve("ca.crt"))),
                        apiServer(clock));
        server.start();
        client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .sslContext(trusting(authority))
                        .build();
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        client.close();
        server.close();
        flows.close();
    }

    @Test
    void aGreedyUserKeepsNeitherAPoliteOneNorNodesWaiting() throws Exception {
        AtomicInteger goesOn = new AtomicInteger(1);
        List<Future<?>> greedy = new ArrayList<>();
        for (int i = 0; i < GREEDY_CONNECTIONS; i++) {
            greedy.add(
                    threads.submit(() -> {
                        while (goesOn.get() == 1) {
                            if (isRefused(get("greedy", PODS))) {
                                greedyRefused.incrementAndGet();
                            }
                        }
                        return null;
                    }));
        }
        awaitServed(GREEDY_CONNECTIONS);

        List<Integer> passedPolite = new ArrayList<>();
        List<Integer> passedNode = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            assertEquals(200, get("polite", PODS).statusCode());
            passedPolite.add(passed.get());
            assertEquals(200, get("system:node:n", LEASE).statusCode());
            passedNode.add(passed.get());
        }
        goesOn.set(0);
        for (Future<?> one : greedy) {
            one.get();
        }

        // In one queue for all, a request would wait for one of each connection without a seat.
        assertTrue(median(passedPolite) < PASSED_MAX, passedPolite.toString());
        assertTrue(median(passedNode) < PASSED_MAX, passedNode.toString());
        assertTrue(greedyAtOnceMost.get() < SEATS, "at once: " + greedyAtOnceMost);
        String figures = flows.metrics();
        assertTrue(
                figures.contains("current_executing_seats{priority_level=\"global-default\"} 0"),
                figures);
    }

    @Test
    void tellsWhichSchemaAndLevelARequestIsOf() throws Exception {
        HttpResponse<String> answer = get("polite", PODS);

        assertEquals(200, answer.statusCode());
        assertSaysWhoseItIs(answer);
    }

    private static boolean isRefused(HttpResponse<String> answer) {
        assertSaysWhoseItIs(answer);
        return answer.statusCode() == 429;
    }

    private static void assertSaysWhoseItIs(HttpResponse<String> answer) {
        for (String what : List.of("FlowSchema", "PriorityLevel")) {
            String uid = answer.headers().firstValue("X-Kubernetes-PF-" + what + "-UID").orElse("");
            assertTrue(uid.startsWith("uid-"), () -> answer.statusCode() + ": " + uid);
        }
    }

    private static int median(List<Integer> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private void awaitServed(int count) {
        while (greedyBegun.get() < count) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private HttpResponse<String> get(String user, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + path))
                        .header("Authorization", "Bearer " + user)
                        .timeout(Duration.ofSeconds(40))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private ApiServer apiServer(InstantSource clock) {
        Map<String, Identity> known = new HashMap<>();
        known.put("greedy", Identity.known("greedy", "", List.of()));
        known.put("polite", Identity.known("polite", "", List.of()));
        known.put("system:node:n", Identity.known("system:node:n", "", List.of("system:nodes")));
        ResourceRegistry registry =
                new ResourceRegistry(Schema.builtin(), Map.of(), ResourceRegistry.More.NONE);
        Callers callers =
                new Callers(
                        List.of(c -> {
                            Optional<String> user = c.bearer();
                            if (!user.equals(Optional.of("greedy"))) {
                                begunBefore.set(greedyBegun.get());
                            }
                            return user.map(known::get);
                        }),
                        (who, what) -> true,
                        path -> true);
        return TestServers.over(api, registry, this::work, callers, flows, clock);
    }

    /** What takes a while, and keeps no processor busy. */
    private ApiReply work(ApiCall call) {
        boolean greedy = call.identity().user().equals("greedy");
        if (greedy) {
            greedyBegun.incrementAndGet();
            greedyAtOnceMost.accumulateAndGet(greedyAtOnce.incrementAndGet(), Math::max);
        } else {
            passed.set(greedyBegun.get() - begunBefore.get());
        }
        long end = System.nanoTime() + WORK.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
        if (greedy) {
            greedyAtOnce.decrementAndGet();
        }
        return ApiReply.json("{}".getBytes(StandardCharsets.UTF_8));
    }

    private static SSLContext trusting(CertificateAuthority authority) {
        return TlsContexts.of(Optional.empty(), List.of(authority.certificate()));
    }
}
