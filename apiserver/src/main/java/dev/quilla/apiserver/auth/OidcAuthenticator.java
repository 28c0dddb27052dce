package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.auth.jwt.JsonWebToken;
import dev.quilla.apiserver.auth.jwt.KeySource;
import dev.quilla.apiserver.request.Identity;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Identity tokens of an OpenID Connect provider, whose claims say who somebody is. The provider is
 * asked for its keys alone, never about a token.
 */
public final class OidcAuthenticator implements Authenticator {

    /**
     * Whose tokens are taken, and what their claims mean.
     *
     * @param issuer its URL, as the tokens have it
     * @param audiences of whom a token must be for one
     */
    public record Rules(String issuer, List<String> audiences, ClaimRules claims) {
        public Rules {
            audiences = List.copyOf(audiences);
        }
    }

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
                .flatMap(rules.claims()::identity);
    }

    private boolean isForUs(JsonWebToken token) {
        return token.texts("aud").orElse(List.of()).stream().anyMatch(rules.audiences()::contains);
    }
}
