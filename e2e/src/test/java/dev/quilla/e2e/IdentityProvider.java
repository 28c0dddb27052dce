package dev.quilla.e2e;

import dev.quilla.apiserver.auth.jwt.JsonWebKey;
import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import dev.quilla.http.HttpServer;
import dev.quilla.http.HttpServerConfig;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.pki.CertificateAuthority;
import dev.quilla.pki.CertificateRequest;
import dev.quilla.pki.KeyPairs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** An OpenID Connect provider of this machine, as far as a cluster asks one. */
final class IdentityProvider implements AutoCloseable {

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final KeyPair keys = KeyPairs.generate();
    private final String authority;
    private final HttpServer server;

    IdentityProvider(Path folder) throws IOException {
        CertificateAuthority ca =
                CertificateAuthority.create(
                        "provider", CertificateRequest.YEAR, InstantSource.system());
        ca.save(folder.resolve("ca.crt"), folder.resolve("ca.key"));
        ca.issue(CertificateRequest.server("provider", List.of(), List.of("127.0.0.1")))
                .save(folder.resolve("provider.crt"), folder.resolve("provider.key"));
        authority = ca.certificatePem();
        server =
                new HttpServer(
                        HttpServerConfig.of(
                                "provider",
                                List.of(new HttpServerConfig.Listener("127.0.0.1", 0, false)),
                                new HttpServerConfig.Certificates(
                                        folder.resolve("provider.key"),
                                        folder.resolve("provider.crt"),
                                        folder.resolve("ca.crt"))),
                        this::serve);
        server.start();
    }

    private String url() {
        return "https://127.0.0.1:" + server.port();
    }

    /** Writes the configuration of masters that trust it. */
    Path configuration(Path folder) throws IOException {
        return Files.writeString(
                folder.resolve("authentication.yaml"),
                """
                apiVersion: apiserver.config.k8s.io/v1
                kind: AuthenticationConfiguration
                jwt:
                - issuer:
                    url: %s
                    audiences: [quilla]
                    certificateAuthority: |
                %s
                  claimMappings:
                    username: {claim: email, prefix: "oidc:"}
                    groups: {claim: groups, prefix: "oidc:"}
                """
                        .formatted(url(), authority.strip().indent(6)));
    }

    private void serve(HttpExchange exchange) throws IOException {
        Map<String, ?> answer =
                exchange.path().equals("/keys")
                        ? Map.of(
                                "keys",
                                List.of(JsonWebKey.of((ECPublicKey) keys.getPublic()).tree()))
                        : Map.of("issuer", url(), "jwks_uri", url() + "/keys");
        exchange.respond(
                200, Headers.of("Content-Type", "application/json"), JsonTree.write(answer));
    }

    /** A token of somebody. */
    String token(String email, String group) throws GeneralSecurityException {
        String signed =
                part(Map.of("alg", "ES256"))
                        + "."
                        + part(
                                Map.of(
                                        "iss",
                                        url(),
                                        "aud",
                                        "quilla",
                                        "exp",
                                        Instant.now().plus(Duration.ofMinutes(10)).getEpochSecond(),
                                        "email",
                                        email,
                                        "groups",
                                        List.of(group)));
        Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initSign(keys.getPrivate());
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + ENCODER.encodeToString(signature.sign());
    }

    private static String part(Map<String, ?> content) {
        return ENCODER.encodeToString(JsonTree.write(content));
    }

    @Override
    public void close() {
        server.close();
    }
}
