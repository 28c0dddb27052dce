package dev.quilla.apiserver.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.auth.TokenIssuer;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.model.ApiException;
import dev.quilla.model.Struct;
import dev.quilla.model.authentication.v1.TokenRequest;
import dev.quilla.model.authentication.v1.TokenReview;
import dev.quilla.model.authentication.v1.TokenReviewStatus;
import dev.quilla.model.core.v1.Secret;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TokensTest {

    private static final String PODS = "/api/v1/namespaces/default/pods";

    private static final String ACCOUNT = "/api/v1/namespaces/default/serviceaccounts/default";

    private final TestApi api = new TestApi();

    @Test
    void isForTheApiWhereNobodyElseIsNamed() {
        TokenRequest token = request("{}");
        assertEquals(List.of(TokenIssuer.ISSUER), token.spec().audiences());
        assertEquals(3600, token.spec().expirationSeconds());
        TokenReviewStatus status = review(token, "[]");
        assertTrue(status.authenticated());
        assertEquals("system:serviceaccount:default:default", status.user().username());
        assertEquals(List.of(TokenIssuer.ISSUER), status.audiences());
        assertFalse(review(token, "[vault]").authenticated());
    }

    @Test
    void isForTheAudiencesThatWereAskedFor() {
        TokenRequest token = request("{audiences: [vault, other]}");
        assertFalse(review(token, "[]").authenticated());
        TokenReviewStatus status = review(token, "[nobody, vault]");
        assertTrue(status.authenticated());
        assertEquals(List.of("vault"), status.audiences());
    }

    @Test
    void endsWithThePodThatItIsBoundTo() {
        call(PODS, "{metadata: {name: p}, spec: {containers: [{name: c, image: i}]}}");
        TokenRequest token = request("{boundObjectRef: {apiVersion: v1, kind: Pod, name: p}}");
        assertFalse(token.spec().boundObjectRef().uid().isEmpty());
        TokenReviewStatus status = review(token, "[]");
        assertEquals(
                List.of("p"), status.user().extra().get("authentication.kubernetes.io/pod-name"));
        Struct gone = struct(api.call("DELETE", PODS + "/p", "", ""));
        assertFalse(gone.isEmpty());
        assertFalse(review(token, "[]").authenticated());
    }

    @Test
    void saysWhereItsPodRuns() {
        call("/api/v1/nodes", "{metadata: {name: n}}");
        call(PODS, "{metadata: {name: p}, spec: {nodeName: n, containers: [{name: c, image: i}]}}");
        TokenRequest token = request("{boundObjectRef: {apiVersion: v1, kind: Pod, name: p}}");
        Map<String, List<String>> extra = review(token, "[]").user().extra();
        assertEquals(List.of("n"), extra.get("authentication.kubernetes.io/node-name"));
        assertFalse(extra.get("authentication.kubernetes.io/node-uid").isEmpty());
        assertEquals(
                List.of("JTI=id-of-a-token"),
                extra.get("authentication.kubernetes.io/credential-id"));
        // It is bound to the pod: that lives on where its node has gone.
        api.call("DELETE", "/api/v1/nodes/n", "", "");
        assertTrue(review(token, "[]").authenticated());
    }

    @Test
    void nodesGetTokensForWhomTheirPodsTalkToAlone() {
        call("/api/v1/nodes", "{metadata: {name: n}}");
        call(
                PODS,
                """
                metadata: {name: p}
                spec:
                  nodeName: n
                  containers: [{name: c, image: i}]
                  volumes:
                  - name: v
                    projected: {sources: [{serviceAccountToken: {path: t, audience: vault}}]}
                """);
        String uid = struct(api.call("GET", PODS + "/p", "", "")).text("metadata", "uid");
        api.as("system:node:n", List.of("system:nodes"));
        String whole = "{boundObjectRef: {apiVersion: v1, kind: Pod, name: p}}";
        assertEquals(403, assertThrows(ApiException.class, () -> request(whole)).code());
        String bound = "{boundObjectRef: {kind: Pod, name: p, uid: " + uid + "}, audiences: [%s]}";
        assertFalse(request(bound.formatted("vault")).status().token().isEmpty());
        // The volume that every pod has, for the API itself.
        assertFalse(request(bound.formatted("")).status().token().isEmpty());
        // By its name it has to be in the pod as well.
        String own = TokenIssuer.ISSUER;
        assertEquals(
                403, assertThrows(ApiException.class, () -> request(bound.formatted(own))).code());
        ApiException e =
                assertThrows(ApiException.class, () -> request(bound.formatted("vault, bank")));
        assertEquals(403, e.code());
        assertTrue(e.status().message().contains("audience \"bank\" not found in pod spec volume"));
    }

    @Test
    void endsWithTheNodeThatItIsBoundTo() {
        call("/api/v1/nodes", "{metadata: {name: n}}");
        TokenRequest token = request("{boundObjectRef: {apiVersion: v1, kind: Node, name: n}}");
        TokenReviewStatus status = review(token, "[]");
        assertEquals(
                List.of("n"), status.user().extra().get("authentication.kubernetes.io/node-name"));
        api.call("DELETE", "/api/v1/nodes/n", "", "");
        assertFalse(review(token, "[]").authenticated());
    }

    @Test
    void saysWhoseItIsAndWhenItWasMade() {
        TokenRequest token = request("{expirationSeconds: 600}");
        Struct account = struct(api.call("GET", ACCOUNT, "", ""));
        assertEquals("default", token.metadata().name());
        assertEquals("default", token.metadata().namespace());
        assertEquals(account.text("metadata", "uid"), token.metadata().uid());
        assertEquals(
                token.status().expirationTimestamp().map(end -> end.minusSeconds(600)),
                token.metadata().creationTimestamp());
    }

    @Test
    void isRefusedForAnotherAccountThanThatOfItsPath() {
        refused(422, "{name: other}", "must match the service account name if specified");
        refused(400, "{namespace: other}", "does not match the namespace sent on the request");
        refused(
                409,
                "{uid: of-an-earlier-one}",
                "the UID in the token request (of-an-earlier-one) does not match the UID of the"
                        + " service account (");
        String uid = struct(api.call("GET", ACCOUNT, "", "")).text("metadata", "uid");
        assertFalse(
                new TokenRequest(call(ACCOUNT + "/token", "{metadata: {uid: " + uid + "}}"))
                        .status()
                        .token()
                        .isEmpty());
    }

    private void refused(int code, String metadata, String why) {
        ApiException e =
                assertThrows(
                        ApiException.class,
                        () -> call(ACCOUNT + "/token", "{metadata: " + metadata + "}"));
        assertEquals(code, e.code());
        assertTrue(e.status().message().contains(why), e.status().message());
    }

    @Test
    void saysHowLongItLasts() {
        assertEquals(172_800, request("{expirationSeconds: 31536000}").spec().expirationSeconds());
    }

    @Test
    void mayNotBeTooShort() {
        ApiException e =
                assertThrows(ApiException.class, () -> request("{expirationSeconds: 599}"));
        assertEquals(
                "TokenRequest.authentication.k8s.io \"default\" is invalid:"
                        + " spec.expirationSeconds: Invalid value: 599: may not specify a duration"
                        + " less than 10 minutes",
                e.status().message());
    }

    private static final String SECRETS = "/api/v1/namespaces/default/secrets";

    private static final String LASTING =
            """
            metadata: {name: robot, annotations: {kubernetes.io/service-account.name: %s}}
            type: kubernetes.io/service-account-token
            """;

    private TokenReviewStatus review(Secret secret) {
        return new TokenReview(
                        call(
                                "/apis/authentication.k8s.io/v1/tokenreviews",
                                "{spec: {token: %s}}"
                                        .formatted(
                                                Objects.requireNonNull(secret.data().get("token"))
                                                        .toUtf8())))
                .status();
    }

    @Test
    void lastsAsLongAsTheSecretThatHoldsIt() {
        Secret secret = new Secret(call(SECRETS, LASTING.formatted("default")));
        assertEquals("default", Objects.requireNonNull(secret.data().get("namespace")).toUtf8());
        assertEquals("PEM", Objects.requireNonNull(secret.data().get("ca.crt")).toUtf8());
        assertEquals("default", secret.metadata().ownerReferences().getFirst().name());
        TokenReviewStatus status = review(secret);
        assertTrue(status.authenticated());
        assertEquals("system:serviceaccount:default:default", status.user().username());
        api.call("DELETE", SECRETS + "/robot", "", "");
        assertFalse(review(secret).authenticated());
        Secret other = new Secret(call(SECRETS, LASTING.formatted("default")));
        assertTrue(review(other).authenticated());
        assertEquals(review(secret).authenticated(), secret.data().equals(other.data()));
    }

    @Test
    void anAccountThatIsThereLaterGetsItsTokenThen() {
        Secret empty = new Secret(call(SECRETS, LASTING.formatted("robot")));
        assertTrue(empty.data().isEmpty());
        call("/api/v1/namespaces/default/serviceaccounts", "metadata: {name: robot}");
        Struct filled =
                struct(
                        api.call(
                                "PUT",
                                SECRETS + "/robot",
                                "application/yaml",
                                LASTING.formatted("robot")));
        assertTrue(review(new Secret(filled)).authenticated());
        api.call("DELETE", "/api/v1/namespaces/default/serviceaccounts/robot", "", "");
        assertFalse(review(new Secret(filled)).authenticated());
    }

    /** The answer to a write would give it away. */
    @Test
    void isNotPutIntoASecretThatItsWriterMayNotRead() {
        String roles = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/";
        call(
                roles + "roles",
                "{metadata: {name: w}, rules: [{apiGroups: [''], resources: [secrets], verbs: [create, update]}]}");
        call(
                roles + "rolebindings",
                """
                metadata: {name: w}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: w}
                subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: writer}]
                """);
        api.as("writer", List.of());
        assertTrue(new Secret(call(SECRETS, LASTING.formatted("default"))).data().isEmpty());
    }

    private TokenRequest request(String spec) {
        return new TokenRequest(call(ACCOUNT + "/token", "{spec: " + spec + "}"));
    }

    private TokenReviewStatus review(TokenRequest token, String audiences) {
        return new TokenReview(
                        call(
                                "/apis/authentication.k8s.io/v1/tokenreviews",
                                "{spec: {token: %s, audiences: %s}}"
                                        .formatted(token.status().token(), audiences)))
                .status();
    }

    private Struct call(String path, String body) {
        return struct(api.call("POST", path, "application/yaml", body));
    }

    private static Struct struct(ApiReply reply) {
        return reply.answer().orElseThrow().get();
    }
}
