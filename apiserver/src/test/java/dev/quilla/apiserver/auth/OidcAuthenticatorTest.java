package dev.quilla.apiserver.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.apiserver.auth.ClaimRules.Source;
import dev.quilla.apiserver.auth.jwt.KeySource;
import dev.quilla.apiserver.auth.jwt.SignatureAlgorithm;
import dev.quilla.apiserver.auth.jwt.TestSigner;
import dev.quilla.apiserver.cel.ExpressionException;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.client.http.TlsMaterial;
import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import dev.quilla.http.HttpServer;
import dev.quilla.http.HttpServerConfig;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.pki.CertificateAuthority;
import dev.quilla.pki.CertificateRequest;
import dev.quilla.pki.Certificates;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With a provider that serves its documents over HTTPS. */
@Timeout(60)
class OidcAuthenticatorTest {

    private static final TestSigner SIGNER = TestSigner.rsa(2048);
    private static final TestSigner NEXT = TestSigner.rsa(2048);

    private final List<Map<String, Object>> keys = new CopyOnWriteArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Instant now = Instant.parse("2030-01-02T03:04:05Z");
    private volatile boolean broken;
    private String issuer = "";
    private HttpServer server;
    private TlsMaterial trusted = TlsMaterial.trusting(List.of());
    private OidcAuthenticator authenticator;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        CertificateAuthority authority =
                CertificateAuthority.create(
                        "oidc", CertificateRequest.YEAR, InstantSource.system());
        authority.save(folder.resolve("ca.crt"), folder.resolve("ca.key"));
        authority
                .issue(
                        CertificateRequest.server(
                                "oidc", List.of("localhost"), List.of("127.0.0.1")))
                .save(folder.resolve("oidc.crt"), folder.resolve("oidc.key"));
        server =
                new HttpServer(
                        HttpServerConfig.of(
                                "oidc",
                                List.of(new HttpServerConfig.Listener("127.0.0.1", 0, false)),
                                new HttpServerConfig.Certificates(
                                        folder.resolve("oidc.key"),
                                        folder.resolve("oidc.crt"),
                                        folder.resolve("ca.crt"))),
                        this::serve);
        server.start();
        issuer = "https://127.0.0.1:" + server.port() + "/realm";
        keys.add(SIGNER.tree("one"));
        trusted = TlsMaterial.trusting(Certificates.parse(authority.certificatePem()));
        authenticator =
                by(
                        new ClaimRules(
                                Map.of("hd", "example.com"),
                                List.of(),
                                new Source.Claim("email", "oidc:"),
                                Optional.of(new Source.Claim("groups", "g:")),
                                Optional.of(new Source.Claim("sub", "")),
                                Map.of(),
                                List.of()));
    }

    private OidcAuthenticator by(ClaimRules claims) {
        InstantSource clock = () -> now;
        return new OidcAuthenticator(
                new OidcAuthenticator.Rules(issuer, List.of("quilla", "other"), claims),
                new KeySource(
                        issuer,
                        URI.create(issuer + "/.well-known/openid-configuration"),
                        () -> trusted,
                        clock),
                clock);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void serve(HttpExchange exchange) throws IOException {
        asked.incrementAndGet();
        if (broken) {
            exchange.respond(500, Headers.NONE, new byte[0]);
            return;
        }
        Map<String, Object> answer =
                switch (exchange.path()) {
                    case "/realm/.well-known/openid-configuration" ->
                            Map.of("issuer", issuer, "jwks_uri", issuer + "/keys");
                    case "/realm/keys" -> Map.of("keys", new ArrayList<>(keys));
                    default -> Map.of();
                };
        exchange.respond(
                200, Headers.of("Content-Type", "application/json"), JsonTree.write(answer));
    }

    private Map<String, Object> claims() {
        Map<String, Object> claims = new HashMap<>();
        claims.put("iss", issuer);
        claims.put("aud", List.of("somebody", "quilla"));
        claims.put("exp", now.getEpochSecond() + 60);
        claims.put("sub", "17");
        claims.put("email", "anna@example.com");
        claims.put("email_verified", true);
        claims.put("groups", List.of("dev", "ops"));
        claims.put("hd", "example.com");
        return claims;
    }

    private Optional<Identity> who(TestSigner signer, String kid, Map<String, Object> claims) {
        return authenticator.authenticate(
                new Authenticator.Credentials(
                        Optional.empty(),
                        Optional.of(signer.token(SignatureAlgorithm.RS256, kid, claims))));
    }

    private Optional<Identity> with(String claim, Object value) {
        Map<String, Object> claims = claims();
        claims.put(claim, value);
        return who(SIGNER, "one", claims);
    }

    @Test
    void aGoodTokenSaysWhoItIs() {
        assertEquals(
                Optional.of(
                        Identity.known("oidc:anna@example.com", "17", List.of("g:dev", "g:ops"))),
                who(SIGNER, "one", claims()));
        assertEquals(
                Optional.of(List.of("g:dev", "system:authenticated")),
                with("groups", "dev").map(Identity::groups));
    }

    @Test
    void anotherIsNobodys() {
        assertEquals(Optional.empty(), with("iss", issuer + "/"));
        assertEquals(Optional.empty(), with("aud", "somebody"));
        assertEquals(Optional.empty(), with("exp", now.getEpochSecond()));
        assertEquals(Optional.empty(), with("nbf", now.getEpochSecond() + 120));
        assertEquals(Optional.empty(), with("email", ""));
        assertEquals(Optional.empty(), with("email", 7));
        assertEquals(Optional.empty(), with("email_verified", false));
        assertEquals(Optional.empty(), with("groups", Map.of()));
        assertEquals(Optional.empty(), with("hd", "example.org"));
        assertEquals(Optional.empty(), who(NEXT, "one", claims()));
        assertEquals(Optional.empty(), who(SIGNER, "two", claims()));
    }

    private static ClaimRules.Rule claims(String expression) throws ExpressionException {
        return new ClaimRules.Rule(ClaimRules.OF_CLAIMS.condition(expression), "because");
    }

    private static Source computed(String expression) throws ExpressionException {
        return new Source.Computed(ClaimRules.OF_CLAIMS.any(expression));
    }

    @Test
    void expressionsSayWhoItIs() throws ExpressionException {
        authenticator =
                by(
                        new ClaimRules(
                                Map.of(),
                                List.of(claims("claims.exp - claims.iat <= 3600")),
                                computed("claims.email.split('@')[0] + ':' + claims.sub"),
                                Optional.of(
                                        computed("claims.roles.split(',').map(r, 'role:' + r)")),
                                Optional.of(computed("claims.sub")),
                                Map.of(
                                        "example.com/tenant",
                                        ClaimRules.OF_CLAIMS.any("claims.?tenant.orValue('')"),
                                        "example.com/none",
                                        ClaimRules.OF_CLAIMS.any("claims.?none.orValue(null)")),
                                List.of(
                                        new ClaimRules.Rule(
                                                ClaimRules.OF_USER.condition(
                                                        "!user.username.startsWith('system:')"),
                                                "reserved"))));
        Map<String, Object> claims = claims();
        claims.put("iat", now.getEpochSecond());
        claims.put("roles", "dev,ops");
        claims.put("tenant", "blue");
        assertEquals(
                Optional.of(
                        Identity.known("anna:17", "17", List.of("role:dev", "role:ops"))
                                .with(Map.of("example.com/tenant", List.of("blue")))),
                who(SIGNER, "one", claims));
        claims.put("email", "system@example.com");
        assertEquals(Optional.empty(), who(SIGNER, "one", claims));
        claims.put("email", "anna@example.com");
        claims.put("exp", now.getEpochSecond() + 7200);
        assertEquals(Optional.empty(), who(SIGNER, "one", claims));
        claims.put("exp", now.getEpochSecond() + 60);
        claims.put("roles", 7);
        assertEquals(Optional.empty(), who(SIGNER, "one", claims));
    }

    @Test
    void keysAreFetchedOnceAndAgainWhenTheyChange() {
        for (int i = 0; i < 10; i++) {
            assertEquals(true, who(SIGNER, "one", claims()).isPresent());
        }
        assertEquals(2, asked.get());
        keys.add(NEXT.tree("two"));
        for (int i = 0; i < 10; i++) {
            assertEquals(Optional.empty(), who(NEXT, "two", claims()));
        }
        assertEquals(2, asked.get());
        now = now.plusSeconds(11);
        assertEquals(true, who(NEXT, "two", claims()).isPresent());
        assertEquals(4, asked.get());
    }

    @Test
    void whatIsKnownStaysKnownWhileTheProviderIsAway() {
        assertEquals(true, who(SIGNER, "one", claims()).isPresent());
        broken = true;
        now = now.plusSeconds(11);
        assertEquals(Optional.empty(), who(NEXT, "two", claims()));
        assertEquals(true, who(SIGNER, "one", claims()).isPresent());
        assertEquals(3, asked.get());
        broken = false;
        now = now.plusSeconds(11);
        keys.add(NEXT.tree("two"));
        assertEquals(true, who(NEXT, "two", claims()).isPresent());
    }
}
