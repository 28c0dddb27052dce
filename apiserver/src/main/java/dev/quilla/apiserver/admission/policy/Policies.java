package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.registry.Derived;
import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.ResourceType;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Struct;
import dev.quilla.store.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The policies of one sort that are in force, by name, as this master knows them. A policy that
 * stays the same stays compiled. Thread-safe.
 */
final class Policies<P extends Policy> {

    private final ObjectStore objects;
    private final ApiResource policies;
    private final ApiResource bindings;
    private final Function<Struct, P> policy;
    private final Function<Struct, Binding> binding;
    private final Derived<List<Bound<P>>> bound;
    private volatile Map<Struct, P> known = Map.of();

    /** A policy with its bindings, of which there is one at least. */
    record Bound<P>(P policy, List<Binding> bindings) {
        Bound {
            bindings = List.copyOf(bindings);
        }
    }

    /** Those that a store has. */
    Policies(
            ObjectStore objects,
            ResourceType<?> policies,
            ResourceType<?> bindings,
            Function<Struct, P> policy,
            Function<Struct, Binding> binding) {
        this.objects = objects;
        this.policies = Schema.builtin().find(policies.gvr()).orElseThrow();
        this.bindings = Schema.builtin().find(bindings.gvr()).orElseThrow();
        this.policy = policy;
        this.binding = binding;
        this.bound = new Derived<>(objects, Keys.group("admissionregistration.k8s.io"), this::read);
    }

    /** All that are bound. */
    List<Bound<P>> bound() {
        return bound.get();
    }

    private List<Bound<P>> read(View view) {
        List<Binding> all = objects.list(view, bindings, "").stream().map(binding).toList();
        Map<Struct, P> before = known;
        Map<Struct, P> now = new HashMap<>();
        List<Bound<P>> found = new ArrayList<>();
        for (Struct object : objects.list(view, policies, "")) {
            P kept = Optional.ofNullable(before.get(object)).orElseGet(() -> policy.apply(object));
            now.put(object, kept);
            List<Binding> mine = all.stream().filter(b -> b.policy().equals(kept.name())).toList();
            if (!mine.isEmpty()) {
                found.add(new Bound<>(kept, mine));
            }
        }
        known = Map.copyOf(now);
        return List.copyOf(found);
    }
}
