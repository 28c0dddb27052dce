package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.auth.jwt.JsonWebToken;
import dev.quilla.apiserver.auth.jwt.KeySource;
import dev.quilla.apiserver.request.Identity;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Identity tokens of an OpenID Connect provider: a claim is the user, another their groups. The
 * provider is asked for its keys alone, never about a token.
 */
public final class OidcAuthenticator implements Authenticator {

    /**
     * Whose tokens are taken, and what their claims mean.
     *
     * @param issuer its URL, as the tokens have it
     * @param audiences of whom a token must be for one
     * @param username the claim that is the user
     * @param groups the claim that is their groups; empty for none
     * @param uid the claim that is their uid; empty for none
     * @param required claims that must have these values
     */
    public record Rules(
            String issuer,
            List<String> audiences,
            Claim username,
            Optional<Claim> groups,
            String uid,
            Map<String, String> required) {
        public Rules {
            audiences = List.copyOf(audiences);
            required = Map.copyOf(required);
        }
    }

    /** A claim, and what is put before its values. */
    public record Claim(String name, String prefix) {}

    private static final String EMAIL = "email";

    private final Rules rules;
    private final KeySource keys;
    private final InstantSource clock;

    /** Takes tokens by those rules that are signed with those keys. */
    public OidcAuthenticator(Rules rules, KeySource keys, InstantSource clock) {
        this.rules = rules;
        this.keys = keys;
        this.clock = clock;
    }

    @Override
    public Optional<Identity> authenticate(Credentials credentials) {
        return credentials
                .bearer()
                .flatMap(JsonWebToken::parse)
                .filter(t -> t.text("iss").filter(rules.issuer()::equals).isPresent())
                .filter(t -> t.isValidAt(clock.instant()))
                .filter(this::isForUs)
                .filter(keys::hasSigned)
                .filter(this::hasWhatIsRequired)
                .flatMap(this::identity);
    }

    private boolean isForUs(JsonWebToken token) {
        return token.texts("aud").orElse(List.of()).stream().anyMatch(rules.audiences()::contains);
    }

    private boolean hasWhatIsRequired(JsonWebToken token) {
        return rules.required().entrySet().stream()
                .allMatch(e -> token.text(e.getKey()).filter(e.getValue()::equals).isPresent());
    }

    private Optional<Identity> identity(JsonWebToken token) {
        Claim username = rules.username();
        Optional<String> name = token.text(username.name()).filter(n -> !n.isEmpty());
        boolean unverified =
                username.name().equals(EMAIL)
                        && token.claims().containsKey("email_verified")
                        && !Boolean.TRUE.equals(token.claims().get("email_verified"));
        Optional<List<String>> groups = groups(token);
        Optional<String> uid = rules.uid().isEmpty() ? Optional.of("") : token.text(rules.uid());
        if (name.isEmpty() || unverified || groups.isEmpty() || uid.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Identity.known(username.prefix() + name.get(), uid.get(), groups.get()));
    }

    /** None where the token has no such claim; empty where it has and can't be read. */
    private Optional<List<String>> groups(JsonWebToken token) {
        if (rules.groups().isEmpty() || !token.claims().containsKey(rules.groups().get().name())) {
            return Optional.of(List.of());
        }
        Claim claim = rules.groups().get();
        return token.texts(claim.name())
                .map(all -> all.stream().map(g -> claim.prefix() + g).toList());
    }
}
