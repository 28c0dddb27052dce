package dev.quilla.controller.bootstrap;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Secret;
import dev.quilla.model.meta.v1.DeleteOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/**
 * Throws bootstrap tokens away when their time is over. One whose time can't be read lets nobody
 * in, and goes too.
 */
public final class BootstrapTokenController implements Controller {

    private final ApiClient client;
    private final Informer<Secret> tokens;
    private final InstantSource clock;

    /** Works through a client and shared informers. */
    public BootstrapTokenController(ApiClient client, Informers informers, InstantSource clock) {
        this.client = client;
        this.tokens = Tokens.of(informers);
        this.clock = clock;
    }

    @Override
    public String name() {
        return "bootstrap-tokens";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(Trigger.onItself(tokens));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<Secret> found = tokens.get(key);
        String end = found.map(s -> Tokens.text(s, "expiration")).orElse("");
        if (found.isEmpty() || end.isEmpty() || found.get().metadata().hasDeletionTimestamp()) {
            return Outcome.DONE;
        }
        Duration left = Duration.between(clock.instant(), time(end));
        if (left.isPositive()) {
            return new Outcome.After(left);
        }
        try {
            client.resource(Resources.SECRETS)
                    .delete(
                            key,
                            DeleteOptions.builder()
                                    .preconditions(p ->
                                            p.uid(found.get().uid())
                                                    .resourceVersion(
                                                            found.get()
                                                                    .metadata()
                                                                    .resourceVersion()))
                                    .build());
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
        return Outcome.DONE;
    }

    private static Instant time(String end) {
        try {
            return OffsetDateTime.parse(end).toInstant();
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }
}
