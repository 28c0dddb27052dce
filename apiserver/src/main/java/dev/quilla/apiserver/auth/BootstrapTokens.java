package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.core.v1.Secret;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tokens with which a machine that has nothing yet asks for a certificate. */
public final class BootstrapTokens implements Authenticator {

    private static final String GROUP = "system:bootstrappers";

    private final ObjectStore objects;
    private final InstantSource clock;

    /** Looks them up in the secrets of {@code kube-system}. */
    public BootstrapTokens(ObjectStore objects, InstantSource clock) {
        this.objects = objects;
        this.clock = clock;
    }

    @Override
    public Optional<Identity> authenticate(Credentials credentials) {
        return credentials.bearer().flatMap(this::identity);
    }

    private Optional<Identity> identity(String token) {
        if (!token.matches("[a-z0-9]{6}\\.[a-z0-9]{16}")) {
            return Optional.empty();
        }
        String id = token.substring(0, 6);
        return objects.find(
                        objects.local(),
                        Schema.builtin().find(Resources.SECRETS.gvr()).orElseThrow(),
                        new ObjectKey("kube-system", "bootstrap-token-" + id))
                .map(s -> new Secret(s.object()))
                .filter(s -> s.type().equals("bootstrap.kubernetes.io/token"))
                .filter(s -> !s.metadata().hasDeletionTimestamp())
                .filter(s -> text(s, "usage-bootstrap-authentication").equals("true"))
                .filter(s -> text(s, "token-id").equals(id))
                .filter(s -> same(text(s, "token-secret"), token.substring(7)))
                .filter(s -> !isExpired(text(s, "expiration")))
                .map(s -> Identity.known("system:bootstrap:" + id, "", groups(s)));
    }

    /** A time that can't be read has passed: better nobody gets in than somebody for ever. */
    private boolean isExpired(String expiration) {
        try {
            return !expiration.isEmpty()
                    && !OffsetDateTime.parse(expiration).toInstant().isAfter(clock.instant());
        } catch (DateTimeParseException e) {
            return true;
        }
    }

    /** Further groups must be of those made for this. */
    private static List<String> groups(Secret secret) {
        List<String> groups = new ArrayList<>(List.of(GROUP));
        for (String group : text(secret, "auth-extra-groups").split(",")) {
            if (group.matches("system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]")) {
                groups.add(group);
            }
        }
        return groups;
    }

    private static String text(Secret secret, String key) {
        return Optional.ofNullable(secret.data().get(key)).map(b -> b.toUtf8()).orElse("");
    }

    /** In a time that does not depend on where they differ. */
    private static boolean same(String a, String b) {
        return MessageDigest.isEqual(
                a.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                b.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
