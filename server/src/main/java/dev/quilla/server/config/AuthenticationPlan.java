package dev.quilla.server.config;

import dev.quilla.apiserver.auth.OidcAuthenticator;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Who may say who somebody is, beside the cluster itself.
 *
 * @param issuers whose identity tokens are taken
 * @param anonymous the paths that somebody may ask for who does not say who they are; empty for all
 * @param webhook who is asked about tokens that nobody else knows
 */
public record AuthenticationPlan(
        List<Issuer> issuers, Optional<List<String>> anonymous, Optional<Webhook> webhook) {

    private static final Duration CACHE_TIME_USUAL = Duration.ofMinutes(2);

    /**
     * An OpenID Connect provider.
     *
     * @param discovery where its discovery document is
     * @param authorities who must have issued its certificate; none for those that the JVM trusts
     */
    public record Issuer(
            OidcAuthenticator.Rules rules, URI discovery, List<X509Certificate> authorities) {
        public Issuer {
            authorities = List.copyOf(authorities);
        }
    }

    /**
     * A service that answers token reviews.
     *
     * @param cacheTime how long an answer is remembered
     */
    public record Webhook(WebhookPlan server, Duration cacheTime) {}

    public AuthenticationPlan {
        issuers = List.copyOf(issuers);
        anonymous = anonymous.map(List::copyOf);
    }

    /** Whether somebody who does not say who they are may ask for a path. */
    public boolean allowsAnonymous(String path) {
        return anonymous.isEmpty() || anonymous.get().contains(path);
    }

    /** Reads the section {@code authentication} of a file. */
    static AuthenticationPlan of(ConfigSection root) {
        Optional<ConfigSection> section = root.sectionIfPresent("authentication");
        AuthenticationPlan byFile =
                section.filter(s -> s.has("configFile"))
                        .map(s -> AuthenticationFile.read(s.path("configFile")))
                        .orElseGet(() ->
                                new AuthenticationPlan(
                                        List.of(), Optional.empty(), Optional.empty()));
        return new AuthenticationPlan(
                byFile.issuers(),
                byFile.anonymous(),
                section.flatMap(s -> s.sectionIfPresent("webhook"))
                        .flatMap(AuthenticationPlan::webhook));
    }

    private static Optional<Webhook> webhook(ConfigSection section) {
        Duration cacheTime = section.duration("cacheTime", CACHE_TIME_USUAL);
        return WebhookPlan.of(section, "kubeconfig").map(server -> new Webhook(server, cacheTime));
    }
}
