package dev.quilla.apiserver.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.model.Bytes;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.core.v1.Secret;
import dev.quilla.store.InMemoryStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BootstrapTokensTest {

    private static final String TOKEN = "abcdef.0123456789abcdef";
    private static final Map<String, String> GOOD =
            Map.of(
                    "token-id", "abcdef",
                    "token-secret", "0123456789abcdef",
                    "usage-bootstrap-authentication", "true");

    @Test
    void givesTheGroupsOfBootstrappers() {
        Identity who = authenticate(GOOD).orElseThrow();
        assertEquals("system:bootstrap:abcdef", who.user());
        assertTrue(who.groups().contains("system:bootstrappers"));
        List<String> groups =
                authenticate(with("auth-extra-groups", "system:bootstrappers:a,system:masters"))
                        .orElseThrow()
                        .groups();
        assertTrue(groups.contains("system:bootstrappers:a"));
        assertTrue(!groups.contains("system:masters"));
    }

    @Test
    void endsWhenItExpires() {
        assertTrue(authenticate(with("expiration", "2030-01-02T03:04:06Z")).isPresent());
        assertTrue(authenticate(with("expiration", "2030-01-02T04:04:06+01:00")).isPresent());
        assertTrue(authenticate(with("expiration", "2030-01-02T03:04:05Z")).isEmpty());
        assertTrue(authenticate(with("expiration", "tomorrow")).isEmpty());
    }

    @Test
    void isForAuthenticationOnly() {
        assertTrue(authenticate(with("usage-bootstrap-authentication", "false")).isEmpty());
        assertTrue(authenticate(with("usage-bootstrap-authentication", "")).isEmpty());
        assertTrue(authenticate(with("token-id", "abcdeg")).isEmpty());
        assertTrue(authenticate(with("token-secret", "0123456789abcdeg")).isEmpty());
    }

    private static Map<String, String> with(String key, String value) {
        Map<String, String> data = new HashMap<>(GOOD);
        data.put(key, value);
        return data;
    }

    private static Optional<Identity> authenticate(Map<String, String> data) {
        ObjectStore objects = new ObjectStore(new InMemoryStore());
        Map<String, Bytes> bytes = new HashMap<>();
        data.forEach((key, value) -> bytes.put(key, Bytes.utf8(value)));
        Secret secret =
                Secret.builder()
                        .metadata(m -> m.namespace("kube-system").name("bootstrap-token-abcdef"))
                        .type("bootstrap.kubernetes.io/token")
                        .data(bytes)
                        .build();
        var type = Schema.builtin().find(Resources.SECRETS.gvr()).orElseThrow();
        long revision =
                objects.write(type, secret.key(), OptionalLong.empty())
                        .create(secret.struct())
                        .commitOrConflict();
        assertTrue(revision > 0);
        return new BootstrapTokens(
                        objects, InstantSource.fixed(Instant.parse("2030-01-02T03:04:05Z")))
                .authenticate(new Authenticator.Credentials(Optional.empty(), Optional.of(TOKEN)));
    }
}
