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
import java.util.List;
import org.junit.jupiter.api.Test;

class TokensTest {

    private static final String PODS = "/api/v1/namespaces/default/pods";

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
    void mayNotBeTooShort() {
        ApiException e =
                assertThrows(ApiException.class, () -> request("{expirationSeconds: 599}"));
        assertEquals(
                "TokenRequest.authentication.k8s.io \"default\" is invalid:"
                        + " spec.expirationSeconds: Invalid value: 599: may not specify a duration"
                        + " less than 10 minutes",
                e.status().message());
    }

    private TokenRequest request(String spec) {
        return new TokenRequest(
                call(
                        "/api/v1/namespaces/default/serviceaccounts/default/token",
                        "{spec: " + spec + "}"));
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
