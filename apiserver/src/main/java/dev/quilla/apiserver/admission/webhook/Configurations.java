package dev.quilla.apiserver.admission.webhook;

import dev.quilla.apiserver.cel.Expressions;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.ResourceType;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Struct;
import java.util.List;
import java.util.Set;

/**
 * The webhooks that are configured, as this master knows them; what was made of the configurations
 * is kept for as long as they stay the same. Thread-safe.
 */
final class Configurations {

    private final ObjectStore objects;
    private final ApiResource type;
    private final Expressions expressions = conditions();
    private volatile Known known = new Known(List.of(), List.of());

    private record Known(List<Struct> configurations, List<Webhook> webhooks) {}

    /** Reads the webhooks of a resource's objects. */
    Configurations(ObjectStore objects, ResourceType<?> type) {
        this.objects = objects;
        this.type = Schema.builtin().find(type.gvr()).orElseThrow();
    }

    /** What the conditions of webhooks may read. */
    static Expressions conditions() {
        return new Expressions(Set.of("object", "oldObject", "request")).withAuthorizer();
    }

    /** All, by the name of their configuration, and then in its order. */
    List<Webhook> all() {
        List<Struct> now = objects.list(objects.local(), type, "");
        Known last = known;
        if (!last.configurations().equals(now)) {
            last =
                    new Known(
                            now,
                            now.stream()
                                    .flatMap(c -> Webhook.of(expressions, c).stream())
                                    .toList());
            known = last;
        }
        return last.webhooks();
    }
}
