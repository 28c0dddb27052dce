package dev.quilla.server.master;

import dev.quilla.apiserver.auth.Authenticator;
import dev.quilla.apiserver.auth.BootstrapTokens;
import dev.quilla.apiserver.auth.OidcAuthenticator;
import dev.quilla.apiserver.auth.WebhookAuthenticator;
import dev.quilla.apiserver.auth.jwt.KeySource;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.client.http.TlsMaterial;
import dev.quilla.server.config.AuthenticationPlan;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Those who know tokens beside the ones of service accounts, the quickest first. */
final class TokenAuthenticators {

    private TokenAuthenticators() {}

    static List<Authenticator> of(
            AuthenticationPlan plan, ObjectStore objects, InstantSource clock) {
        List<Authenticator> all = new ArrayList<>();
        all.add(new BootstrapTokens(objects, clock));
        for (AuthenticationPlan.Issuer issuer : plan.issuers()) {
            TlsMaterial trusted = TlsMaterial.trusting(issuer.authorities());
            all.add(
                    new OidcAuthenticator(
                            issuer.rules(),
                            new KeySource(
                                    issuer.rules().issuer(),
                                    issuer.discovery(),
                                    () -> trusted,
                                    clock),
                            clock));
        }
        plan.webhook().map(w -> webhook(w, clock)).ifPresent(all::add);
        return List.copyOf(all);
    }

    private static Authenticator webhook(AuthenticationPlan.Webhook webhook, InstantSource clock) {
        return new WebhookAuthenticator(
                WebhookTransports.of(webhook.server()),
                webhook.server().path(),
                webhook.cacheTime(),
                clock);
    }
}
