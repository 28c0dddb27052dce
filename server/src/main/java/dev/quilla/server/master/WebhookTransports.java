package dev.quilla.server.master;

import dev.quilla.client.Transport;
import dev.quilla.client.http.HttpsOptions;
import dev.quilla.client.http.HttpsTransport;
import dev.quilla.server.config.WebhookPlan;
import java.net.URI;
import java.time.Duration;

/** Connections to services that are named by kubeconfigs, with an end to each call. */
final class WebhookTransports {

    private static final Duration CONNECT_MAX = Duration.ofSeconds(3);
    private static final Duration ANSWER_MAX_USUAL = Duration.ofSeconds(10);
    private static final int ANSWER_BYTES_MAX = 1 << 20;

    private WebhookTransports() {}

    static Transport of(WebhookPlan plan) {
        return of(plan, ANSWER_MAX_USUAL);
    }

    /** With so long for an answer. */
    static Transport of(WebhookPlan plan, Duration answerMax) {
        HttpsOptions given = plan.options();
        return new HttpsTransport(
                new HttpsOptions(
                        given.servers().stream()
                                .map(s -> URI.create(s.getScheme() + "://" + s.getAuthority()))
                                .toList(),
                        given.tls(),
                        given.bearerToken(),
                        given.userAgent(),
                        CONNECT_MAX,
                        answerMax,
                        ANSWER_BYTES_MAX));
    }
}
