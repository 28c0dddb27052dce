package dev.quilla.apiserver.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.client.fake.HttpsPeer;
import dev.quilla.client.http.HttpsOptions;
import dev.quilla.client.http.HttpsTransport;
import dev.quilla.client.http.TlsMaterial;
import dev.quilla.pki.Certificates;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Events brought to a real server over TLS. */
@Timeout(60)
class AuditWebhookTest {

    private final HttpsPeer peer = new HttpsPeer(List.of("localhost"), (path, events) -> Map.of());
    private final List<Duration> pauses = new ArrayList<>();

    @AfterEach
    void stop() {
        peer.close();
    }

    private AuditWebhook webhook(String server) throws Exception {
        String pem =
                new String(Base64.getDecoder().decode(peer.caBundle()), StandardCharsets.US_ASCII);
        return new AuditWebhook(
                new HttpsTransport(
                        HttpsOptions.of(
                                List.of(URI.create(server)),
                                TlsMaterial.trusting(Certificates.parse(pem)))),
                "/events",
                Duration.ofSeconds(1),
                pauses::add);
    }

    private static void ask(Audit audit, String path) {
        AuditTrail trail =
                audit.begin(
                        RequestInfo.parse("GET", path, false),
                        () -> new Audit.Origin("", path, "test", List.of()));
        trail.identified(Identity.known("anna", "", List.of()));
        trail.completed(200);
    }

    @Test
    void bringsTheEventsOfRequestsToAServer() throws Exception {
        AuditQueue queue =
                new AuditQueue(
                        "webhook",
                        webhook(peer.url("")),
                        new AuditQueue.Settings(
                                AuditQueue.Mode.BATCH, 100, 400, Duration.ofHours(1)),
                        System::nanoTime);
        queue.start();
        Audit audit =
                Audit.of(
                        new Audit.Recording(
                                new AuditPolicy(
                                        List.of(AuditRule.of(AuditLevel.METADATA)), Set.of(), true),
                                List.of(queue),
                                InstantSource.system(),
                                () -> "id"));
        ask(audit, "/api/v1/pods");
        ask(audit, "/api/v1/nodes");
        queue.close();

        assertEquals(1, peer.asked().size());
        Map<String, ?> list = peer.asked().getFirst();
        assertEquals("EventList", list.get("kind"));
        assertEquals("audit.k8s.io/v1", list.get("apiVersion"));
        List<?> items = (List<?>) list.get("items");
        assertEquals(
                List.of("/api/v1/pods", "/api/v1/pods", "/api/v1/nodes", "/api/v1/nodes"),
                items.stream().map(i -> ((Map<?, ?>) i).get("requestURI")).toList());
        assertTrue(
                audit.metrics().contains("apiserver_audit_event_total{backend=\"webhook\"} 4\n"),
                audit.metrics());
    }

    @Test
    void triesAgainSomeTimesWhereNobodyAnswers() throws Exception {
        AuditWebhook webhook = webhook(peer.url(""));
        peer.close();
        assertThrows(
                IOException.class,
                () -> webhook.deliver(List.of("{}\n".getBytes(StandardCharsets.UTF_8))));
        assertEquals(
                List.of(1000L, 1500L, 2250L, 3375L),
                pauses.stream().map(Duration::toMillis).toList());
        webhook.close();
    }
}
