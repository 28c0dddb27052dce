package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.registry.Derived;
import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.ResourceType;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Struct;
import dev.quilla.model.rbac.v1.ClusterRole;
import dev.quilla.model.rbac.v1.ClusterRoleBinding;
import dev.quilla.model.rbac.v1.PolicyRule;
import dev.quilla.model.rbac.v1.Role;
import dev.quilla.model.rbac.v1.RoleBinding;
import dev.quilla.model.rbac.v1.RoleRef;
import dev.quilla.model.rbac.v1.Subject;
import dev.quilla.store.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What roles and bindings give to whom, from this master's own memory. Thread-safe. */
public final class RoleRules {

    private static final String GROUP = "rbac.authorization.k8s.io";

    private final ObjectStore objects;
    private final ApiResource clusterRoles = type(Resources.CLUSTER_ROLES);
    private final ApiResource clusterRoleBindings = type(Resources.CLUSTER_ROLE_BINDINGS);
    private final ApiResource roles = type(Resources.ROLES);
    private final ApiResource roleBindings = type(Resources.ROLE_BINDINGS);
    private final Derived<RoleIndex> index;

    /** Reads roles from there. */
    public RoleRules(ObjectStore objects) {
        this.objects = objects;
        this.index = new Derived<>(objects, Keys.group(GROUP), this::index);
    }

    /** All rules that somebody has in a namespace; in the whole cluster where it is empty. */
    public List<PolicyRule> of(Identity who, String namespace) {
        List<PolicyRule> all = new ArrayList<>();
        boolean _ = any(who, namespace, rule -> !all.add(rule));
        return all;
    }

    /** Whether one of the rules that somebody has in a namespace is as wanted. */
    boolean any(Identity who, String namespace, Predicate<PolicyRule> wanted) {
        return grant(who, namespace, wanted).isPresent();
    }

    /**
     * What gives somebody a rule.
     *
     * @param namespace of the binding; empty for one of the whole cluster
     */
    record Grant(String namespace, String binding, RoleRef role, Subject subject) {

        /** In Kubernetes' words. */
        @Override
        public String toString() {
            boolean whole = namespace.isEmpty();
            return "%s \"%s\" of %s \"%s\" to %s \"%s\""
                    .formatted(
                            whole ? "ClusterRoleBinding" : "RoleBinding",
                            whole ? binding : binding + "/" + namespace,
                            role.kind(),
                            role.name(),
                            subject.kind(),
                            subject.kind().equals("ServiceAccount")
                                    ? subject.name() + "/" + subject.namespace()
                                    : subject.name());
        }
    }

    /** What gives somebody a rule in a namespace that is as wanted. */
    Optional<Grant> grant(Identity who, String namespace, Predicate<PolicyRule> wanted) {
        RoleIndex known = index.get();
        Stream<RoleIndex.Entry> given = known.of(who, "");
        if (!namespace.isEmpty()) {
            given = Stream.concat(given, known.of(who, namespace));
        }
        return given.filter(entry -> entry.rules().stream().anyMatch(wanted))
                .map(RoleIndex.Entry::grant)
                .findFirst();
    }

    private RoleIndex index(View view) {
        RoleIndex made = new RoleIndex();
        Map<RoleRef, List<PolicyRule>> known = new HashMap<>();
        for (Struct struct : objects.list(view, clusterRoleBindings, "")) {
            ClusterRoleBinding binding = new ClusterRoleBinding(struct);
            List<PolicyRule> rules =
                    known.computeIfAbsent(binding.roleRef(), role -> rules(view, role, ""));
            for (Subject subject : binding.subjects()) {
                made.add(new Grant("", binding.name(), binding.roleRef(), subject), rules);
            }
        }
        for (Struct struct : objects.list(view, roleBindings, "")) {
            RoleBinding binding = new RoleBinding(struct);
            String namespace = binding.metadata().namespace();
            RoleRef role = binding.roleRef();
            List<PolicyRule> rules =
                    role.kind().equals("ClusterRole")
                            ? known.computeIfAbsent(role, r -> rules(view, r, ""))
                            : rules(view, role, namespace);
            for (Subject subject : binding.subjects()) {
                made.add(new Grant(namespace, binding.name(), role, subject), rules);
            }
        }
        return made;
    }

    /** The rules of the role that a binding refers to; empty if there is no such role. */
    public Optional<List<PolicyRule>> find(RoleRef reference, String namespace) {
        return find(objects.newest(), reference, namespace);
    }

    private List<PolicyRule> rules(View view, RoleRef reference, String namespace) {
        return find(view, reference, namespace).orElse(List.of());
    }

    private Optional<List<PolicyRule>> find(View view, RoleRef reference, String namespace) {
        if (reference.kind().equals("ClusterRole")) {
            return objects.find(view, clusterRoles, ObjectKey.cluster(reference.name()))
                    .map(s -> new ClusterRole(s.object()).rules());
        }
        return objects.find(view, roles, new ObjectKey(namespace, reference.name()))
                .map(s -> new Role(s.object()).rules());
    }

    private static ApiResource type(ResourceType<?> type) {
        return Schema.builtin().find(type.gvr()).orElseThrow();
    }
}
