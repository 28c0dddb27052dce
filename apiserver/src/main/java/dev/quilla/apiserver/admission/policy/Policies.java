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

/**
 * The policies of one sort that are in force, by name, as this master knows them. A policy that
 * stays the same stays compiled. Thread-safe.
 *
 * @param <C> what policies of that sort are compiled to
 */
final class Policies<C> {

    private final ObjectStore objects;
    private final ApiResource policies;
    private final ApiResource bindings;
    private final Policy.Compiler<C> compiler;
    private final Derived<List<Bound<C>>> bound;
    private volatile Map<Struct, Policy<C>> known = Map.of();

    /** A policy with its bindings, of which there is one at least. */
    record Bound<C>(Policy<C> policy, List<Binding> bindings) {
        Bound {
            bindings = List.copyOf(bindings);
        }
    }

    /** Those that a store has. */
    Policies(
            ObjectStore objects,
            ResourceType<?> policies,
            ResourceType<?> bindings,
            Policy.Compiler<C> compiler) {
        this.objects = objects;
        this.policies = Schema.builtin().find(policies.gvr()).orElseThrow();
        this.bindings = Schema.builtin().find(bindings.gvr()).orElseThrow();
        this.compiler = compiler;
        this.bound = new Derived<>(objects, Keys.group("admissionregistration.k8s.io"), this::read);
    }

    /** All that are bound. */
    List<Bound<C>> bound() {
        return bound.get();
    }

    private List<Bound<C>> read(View view) {
        List<Binding> all = objects.list(view, bindings, "").stream().map(Binding::of).toList();
        Map<Struct, Policy<C>> before = known;
        Map<Struct, Policy<C>> now = new HashMap<>();
        List<Bound<C>> found = new ArrayList<>();
        for (Struct object : objects.list(view, policies, "")) {
            Policy<C> kept =
                    Optional.ofNullable(before.get(object))
                            .orElseGet(() -> new Policy<>(object, compiler));
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
