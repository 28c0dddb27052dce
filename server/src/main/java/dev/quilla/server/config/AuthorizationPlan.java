package dev.quilla.server.config;

import dev.quilla.apiserver.auth.WebhookAuthorizer;
import java.time.Duration;
import java.util.List;

/**
 * Who says what may be done.
 *
 * @param authorizers asked one after the other, until one of them allows or denies
 */
public record AuthorizationPlan(List<Entry> authorizers) {

    /** One that is asked. */
    public sealed interface Entry {

        /** Roles and their bindings. */
        record Roles() implements Entry {}

        /** What nodes may of what belongs to their pods. */
        record Nodes() implements Entry {}

        /** A service, with an end to each call. */
        record Webhook(WebhookPlan server, Duration timeout, WebhookAuthorizer.Settings settings)
                implements Entry {}
    }

    public AuthorizationPlan {
        authorizers = List.copyOf(authorizers);
    }

    /** Reads the section {@code authorization} of a file; roles and nodes where there is none. */
    static AuthorizationPlan of(ConfigSection root) {
        return root.sectionIfPresent("authorization")
                .map(section -> AuthorizationFile.read(section.path("configFile")))
                .orElseGet(
                        () -> new AuthorizationPlan(List.of(new Entry.Roles(), new Entry.Nodes())));
    }
}
