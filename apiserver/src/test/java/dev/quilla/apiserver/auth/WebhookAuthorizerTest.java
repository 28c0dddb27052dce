package dev.quilla.apiserver.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.auth.Authorizer.Decision;
import dev.quilla.apiserver.cel.Expression;
import dev.quilla.apiserver.cel.ExpressionException;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.client.fake.HttpsPeer;
import dev.quilla.client.http.HttpsOptions;
import dev.quilla.client.http.HttpsTransport;
import dev.quilla.client.http.TlsMaterial;
import dev.quilla.pki.Certificates;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A service that answers reviews over TLS. */
@Timeout(60)
class WebhookAuthorizerTest {

    private static final Identity ANNA = Identity.known("anna", "7", List.of("dev"));
    private static final String PODS = "/api/v1/namespaces/x/pods";

    private Instant now = Instant.parse("2030-01-02T03:04:05Z");
    private Map<String, Object> status = Map.of("allowed", true);

    private final HttpsPeer peer =
            new HttpsPeer(
                    List.of("localhost"),
                    (path, review) ->
                            Map.of(
                                    "apiVersion", "authorization.k8s.io/v1",
                                    "kind", "SubjectAccessReview",
                                    "status", status));

    @AfterEach
    void stop() {
        peer.close();
    }

    private WebhookAuthorizer authorizer(boolean deniesOnFailure, String... conditions)
            throws Exception {
        String pem =
                new String(Base64.getDecoder().decode(peer.caBundle()), StandardCharsets.US_ASCII);
        return new WebhookAuthorizer(
                new HttpsTransport(
                        HttpsOptions.of(
                                List.of(URI.create(peer.url(""))),
                                TlsMaterial.trusting(Certificates.parse(pem)))),
                "/authorize",
                new WebhookAuthorizer.Settings(
                        "hook",
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(30),
                        deniesOnFailure,
                        List.of(conditions).stream().map(WebhookAuthorizerTest::compiled).toList()),
                () -> now);
    }

    private static Expression compiled(String source) {
        try {
            return WebhookAuthorizer.OF_REQUEST.condition(source);
        } catch (ExpressionException e) {
            throw new AssertionError(e);
        }
    }

    private static RequestInfo list(String path, Map<String, List<String>> query) {
        return RequestInfo.parse("GET", path, false).selected(query);
    }

    @Test
    void asksWithAllThatIsKnownAndRemembersTheAnswer() throws Exception {
        WebhookAuthorizer authorizer = authorizer(true);
        RequestInfo what =
                list(
                        PODS,
                        Map.of(
                                "fieldSelector", List.of("spec.nodeName=n"),
                                "labelSelector", List.of("a in (b,c),!d")));
        assertEquals(Decision.ALLOW, authorizer.decide(ANNA, what));
        assertEquals(Decision.ALLOW, authorizer.decide(ANNA, what));
        assertEquals(1, peer.asked().size());
        String asked = String.valueOf(peer.asked().getFirst());
        for (String part :
                List.of(
                        "user=anna",
                        "uid=7",
                        "groups=[dev, system:authenticated]",
                        "verb=list",
                        "resource=pods",
                        "namespace=x",
                        "key=spec.nodeName, operator=In, values=[n]",
                        "key=a, operator=In, values=[b, c]",
                        "key=d, operator=DoesNotExist")) {
            assertTrue(asked.contains(part), asked);
        }
        now = now.plusSeconds(301);
        assertEquals(Decision.ALLOW, authorizer.decide(ANNA, what));
        assertEquals(2, peer.asked().size());
        assertEquals(Decision.ALLOW, authorizer.decide(ANNA, list(PODS, Map.of())));
        assertEquals(3, peer.asked().size());
    }

    @Test
    void whatItDeniesNobodyElseAllows() throws Exception {
        status = Map.of("allowed", false, "denied", true);
        Authorizer all = Authorizer.anyOf(List.of(authorizer(true), (who, what) -> true));
        assertFalse(all.allows(ANNA, list(PODS, Map.of())));
        status = Map.of("allowed", false);
        assertFalse(all.allows(ANNA, list(PODS, Map.of())), "remembered");
        now = now.plusSeconds(31);
        assertTrue(all.allows(ANNA, list(PODS, Map.of())), "it has no opinion");
        status = Map.of("allowed", false, "denied", true);
        Authorizer masters = Authorizer.anyOf(List.of(new MastersAuthorizer(), authorizer(true)));
        assertTrue(
                masters.allows(
                        Identity.known("root", "", List.of(Identity.MASTERS)),
                        list(PODS, Map.of())));
    }

    @Test
    void isAskedOnlyAboutWhatItsConditionsChoose() throws Exception {
        WebhookAuthorizer authorizer =
                authorizer(
                        true,
                        "has(request.resourceAttributes)",
                        "request.resourceAttributes.namespace == 'x'");
        assertEquals(Decision.ALLOW, authorizer.decide(ANNA, list(PODS, Map.of())));
        assertEquals(
                Decision.NO_OPINION,
                authorizer.decide(ANNA, list("/api/v1/namespaces/y/pods", Map.of())));
        // It can't be told whether this one is in the namespace: there is none.
        assertEquals(Decision.DENY, authorizer.decide(ANNA, list("/api/v1/pods", Map.of())));
        assertEquals(
                Decision.NO_OPINION,
                authorizer.decide(ANNA, RequestInfo.parse("GET", "/healthz", false)));
        assertEquals(1, peer.asked().size());
    }

    @Test
    void whatItCannotBeAskedAboutIsDeniedOrLeftToOthers() throws Exception {
        WebhookAuthorizer denies = authorizer(true);
        WebhookAuthorizer leaves = authorizer(false);
        peer.close();
        assertEquals(Decision.DENY, denies.decide(ANNA, list(PODS, Map.of())));
        assertEquals(Decision.NO_OPINION, leaves.decide(ANNA, list(PODS, Map.of())));
    }
}
