package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.core.v1.Secret;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/** Tokens with which a machine that has nothing yet asks for a certificate. */
public final class BootstrapTokens implements Authenticator {

    private static final String GROUP = "system:bootstrappers";

    private final ObjectStore objects;

    /** Looks them up in the secrets of {@code kube-system}. */
    public BootstrapTokens(ObjectStore objects) {
        this.objects = objects;
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
                .filter(s -> text(s, "usage-bootstrap-authentication").equals("true"))
                .filter(s -> same(text(s, "token-secret"), token.substring(7)))
                .map(s -> Identity.known("system:bootstrap:" + id, "", List.of(GROUP)));
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
