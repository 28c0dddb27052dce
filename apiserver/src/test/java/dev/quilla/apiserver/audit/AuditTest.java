package dev.quilla.apiserver.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.client.Body;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.GroupResource;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.core.v1.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AuditTest {

    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2030-01-02T03:04:05Z"));
    private static final Identity ANNA = Identity.known("anna", "", List.of("dev"));
    private static final String SECRETS = "/api/v1/namespaces/x/secrets";
    private static final String SENT =
            "{\"metadata\":{\"name\":\"s\",\"managedFields\":[{\"manager\":\"m\"}]},"
                    + "\"stringData\":{\"p\":\"hunter2\"}}";

    private final List<String> lines = new ArrayList<>();

    private boolean recorded = true;

    private final AuditSink sink =
            new AuditSink() {
                @Override
                public String name() {
                    return "test";
                }

                @Override
                public boolean write(byte[] line) {
                    lines.add(new String(line, StandardCharsets.UTF_8));
                    return recorded;
                }

                @Override
                public Counts counts() {
                    return new Counts(lines.size(), 0, 0);
                }

                @Override
                public void close() {}
            };

    private AuditTrail begin(AuditPolicy policy, String method, String path) {
        RequestInfo info = RequestInfo.parse(method, path, false);
        return Audit.of(new Audit.Recording(policy, List.of(sink), CLOCK, () -> "id-1"))
                .begin(info, () -> new Audit.Origin("", path, "kubectl/1.36", List.of("10.0.0.1")));
    }

    private static AuditPolicy at(AuditLevel level, AuditStage... omitted) {
        return new AuditPolicy(List.of(AuditRule.of(level)), Set.of(omitted), true);
    }

    private void createSecret(AuditPolicy policy) {
        AuditTrail trail = begin(policy, "POST", SECRETS);
        trail.identified(ANNA);
        trail.decided(true, "RBAC: allowed");
        trail.sent(
                Body.of(SENT.getBytes(StandardCharsets.UTF_8), "application/json"),
                Optional.of(Secret.definition()));
        trail.answered(Secret.builder().metadata(m -> m.name("s")).build()::struct);
        trail.completed(201);
    }

    private Map<String, @Nullable Object> event(int index) {
        return JsonTree.parseObject(lines.get(index).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void metadataSaysWhoDidWhatAndNothingOfWhatIsInIt() {
        createSecret(at(AuditLevel.METADATA, AuditStage.REQUEST_RECEIVED));
        assertEquals(
                "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"level\":\"Metadata\","
                        + "\"auditID\":\"id-1\",\"stage\":\"ResponseComplete\","
                        + "\"requestURI\":\"/api/v1/namespaces/x/secrets\",\"verb\":\"create\","
                        + "\"user\":{\"username\":\"anna\",\"groups\":[\"dev\",\"system:authenticated\"]},"
                        + "\"sourceIPs\":[\"10.0.0.1\"],\"userAgent\":\"kubectl/1.36\","
                        + "\"objectRef\":{\"resource\":\"secrets\",\"namespace\":\"x\",\"name\":\"s\","
                        + "\"apiVersion\":\"v1\"},\"responseStatus\":{\"metadata\":{},\"code\":201},"
                        + "\"requestReceivedTimestamp\":\"2030-01-02T03:04:05.000000Z\","
                        + "\"stageTimestamp\":\"2030-01-02T03:04:05.000000Z\","
                        + "\"annotations\":{\"authorization.k8s.io/decision\":\"allow\","
                        + "\"authorization.k8s.io/reason\":\"RBAC: allowed\"}}\n",
                String.join("", lines));
    }

    @Test
    void aRefusalSaysWhatWasNotMade() {
        AuditTrail trail =
                begin(at(AuditLevel.METADATA, AuditStage.REQUEST_RECEIVED), "POST", SECRETS);
        trail.identified(ANNA);
        trail.failed(
                ApiErrors.forbidden(new GroupResource("", "secrets"), "s", "because").status());
        trail.completed(403);
        assertTrue(lines.getFirst().contains("\"name\":\"s\""), lines.getFirst());
    }

    @Test
    void aRefusalSaysWhatItIsAbout() {
        AuditTrail trail =
                begin(at(AuditLevel.METADATA, AuditStage.REQUEST_RECEIVED), "POST", SECRETS);
        trail.identified(ANNA);
        trail.failed(ApiErrors.notFound(new GroupResource("", "secrets"), "s").status());
        trail.completed(404);
        Map<?, ?> status = (Map<?, ?>) Objects.requireNonNull(event(0).get("responseStatus"));
        assertEquals(Map.of("kind", "secrets", "name", "s"), status.get("details"));
    }

    @Test
    void whatWasSentIsShownAsItWasRead() {
        AuditTrail trail =
                begin(at(AuditLevel.REQUEST, AuditStage.REQUEST_RECEIVED), "POST", SECRETS);
        trail.identified(ANNA);
        trail.sent(
                Body.of(SENT.getBytes(StandardCharsets.UTF_8), "application/json"),
                Optional.of(Secret.definition()));
        trail.understood(
                Secret.builder().metadata(m -> m.name("s")).type("Opaque").build()::struct);
        trail.completed(201);
        Map<?, ?> shown = (Map<?, ?>) Objects.requireNonNull(event(0).get("requestObject"));
        assertEquals("Opaque", shown.get("type"));
    }

    @Test
    void nothingIsDoneThatCannotBeRecorded() {
        recorded = false;
        AuditTrail trail = begin(at(AuditLevel.METADATA), "GET", SECRETS);
        ApiException e = assertThrows(ApiException.class, () -> trail.identified(ANNA));
        assertEquals(500, e.code());
        trail.failed(e.status());
        trail.completed(500);
        assertEquals(1, lines.size(), "nobody waits for what can't be recorded twice");
        begin(at(AuditLevel.METADATA, AuditStage.REQUEST_RECEIVED), "GET", SECRETS)
                .identified(ANNA);
        begin(at(AuditLevel.NONE), "GET", SECRETS).identified(ANNA);
    }

    @Test
    void theUsualPolicyNeverHoldsASecret() {
        createSecret(AuditPolicy.usual());
        assertEquals(1, lines.size());
        assertFalse(lines.getFirst().contains("hunter2"));
    }

    @Test
    void requestHoldsWhatWasSentWithoutManagedFields() {
        createSecret(at(AuditLevel.REQUEST));
        assertEquals(2, lines.size());
        assertEquals("RequestReceived", event(0).get("stage"));
        assertFalse(event(0).containsKey("requestObject"));
        assertTrue(lines.getLast().contains("hunter2"));
        assertFalse(lines.getLast().contains("managedFields"));
        assertFalse(event(1).containsKey("responseObject"));
    }

    @Test
    void requestResponseHoldsBoth() {
        createSecret(at(AuditLevel.REQUEST_RESPONSE));
        assertTrue(event(1).containsKey("requestObject"));
        assertTrue(event(1).containsKey("responseObject"));
    }

    @Test
    void noneHoldsNothing() {
        createSecret(at(AuditLevel.NONE));
        assertEquals(List.of(), lines);
    }

    @Test
    void longAnswersHaveAStageOfTheirOwn() {
        AuditTrail trail = begin(at(AuditLevel.METADATA), "GET", SECRETS);
        trail.identified(ANNA);
        trail.started(200);
        trail.completed(200);
        assertEquals(
                List.of("RequestReceived", "ResponseStarted", "ResponseComplete"),
                List.of(event(0).get("stage"), event(1).get("stage"), event(2).get("stage")));
    }

    @Test
    void aPanicEndsTheTrail() {
        AuditTrail trail =
                begin(at(AuditLevel.METADATA, AuditStage.REQUEST_RECEIVED), "GET", SECRETS);
        trail.identified(ANNA);
        trail.panicked("boom");
        trail.completed(500);
        assertEquals(1, lines.size());
        assertEquals("Panic", event(0).get("stage"));
    }

    @Test
    void whoeverIsNotKnownIsRecordedToo() {
        AuditTrail trail = begin(at(AuditLevel.METADATA), "GET", SECRETS);
        trail.unauthenticated("bearer");
        trail.completed(401);
        assertEquals(1, lines.size());
        assertTrue(lines.getFirst().contains("Authentication failed, attempted: bearer"));
    }

    @Test
    void largeObjectsAreLeftOutAndThatIsSaid() {
        AuditTrail trail =
                begin(at(AuditLevel.REQUEST, AuditStage.REQUEST_RECEIVED), "POST", SECRETS);
        trail.identified(ANNA);
        String large = "{\"data\":\"" + "x".repeat(300_000) + "\"}";
        trail.sent(
                Body.of(large.getBytes(StandardCharsets.UTF_8), "application/json"),
                Optional.empty());
        trail.completed(201);
        assertTrue(lines.getFirst().length() < 2_000);
        assertTrue(lines.getFirst().contains("\"audit.k8s.io/truncated\":\"true\""));
    }

    @Test
    void offIsNothingAtAll() {
        AuditTrail trail =
                Audit.OFF.begin(
                        RequestInfo.parse("GET", SECRETS, false),
                        () -> {
                            throw new AssertionError("asked for the origin");
                        });
        assertSame(AuditTrail.NONE, trail);
        assertFalse(trail.records());
    }
}
