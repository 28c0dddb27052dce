package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
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
import dev.quilla.model.selector.Selector;
import dev.quilla.store.View;
import java.util.ArrayList;
import java.util.List;

/** Role-based access control, from the roles and bindings in this master's own memory. */
public final class RoleAuthorizer implements Authorizer {

    private final ObjectStore objects;
    private final ApiResource clusterRoles = type(Resources.CLUSTER_ROLES);
    private final ApiResource clusterRoleBindings = type(Resources.CLUSTER_ROLE_BINDINGS);
    private final ApiResource roles = type(Resources.ROLES);
    private final ApiResource roleBindings = type(Resources.ROLE_BINDINGS);

    /** Reads roles from there. */
    public RoleAuthorizer(ObjectStore objects) {
        this.objects = objects;
    }

    @Override
    public boolean allows(Identity who, RequestInfo what) {
        if (who.groups().contains(Identity.MASTERS)) {
            return true;
        }
        View view = objects.local();
        for (Struct struct : objects.list(view, clusterRoleBindings, "")) {
            ClusterRoleBinding binding = new ClusterRoleBinding(struct);
            if (names(binding.subjects(), who, "")
                    && allows(clusterRules(view, binding.roleRef().name()), what)) {
                return true;
            }
        }
        if (what.namespace().isEmpty() || !what.isResource()) {
            return false;
        }
        for (Struct struct : objects.list(view, roleBindings, what.namespace())) {
            RoleBinding binding = new RoleBinding(struct);
            if (names(binding.subjects(), who, what.namespace())
                    && allows(rules(view, binding.roleRef(), what.namespace()), what)) {
                return true;
            }
        }
        return false;
    }

    private List<PolicyRule> rules(View view, RoleRef reference, String namespace) {
        if (reference.kind().equals("ClusterRole")) {
            return clusterRules(view, reference.name());
        }
        return objects.find(view, roles, new ObjectKey(namespace, reference.name()))
                .map(s -> new Role(s.object()).rules())
                .orElse(List.of());
    }

    /** The rules of a cluster role; an aggregated one has those of all that it selects. */
    private List<PolicyRule> clusterRules(View view, String name) {
        ClusterRole role =
                objects.find(view, clusterRoles, ObjectKey.cluster(name))
                        .map(s -> new ClusterRole(s.object()))
                        .orElse(ClusterRole.builder().build());
        if (!role.hasAggregationRule()) {
            return role.rules();
        }
        List<PolicyRule> all = new ArrayList<>(role.rules());
        List<Selector> selectors =
                role.aggregationRule().clusterRoleSelectors().stream().map(Selector::of).toList();
        for (Struct struct : objects.list(view, clusterRoles, "")) {
            ClusterRole other = new ClusterRole(struct);
            if (!other.name().equals(name)
                    && selectors.stream().anyMatch(s -> s.matches(other.metadata().labels()))) {
                all.addAll(other.rules());
            }
        }
        return all;
    }

    private static boolean names(List<Subject> subjects, Identity who, String namespace) {
        for (Subject subject : subjects) {
            boolean named =
                    switch (subject.kind()) {
                        case "User" -> subject.name().equals(who.user());
                        case "Group" -> who.groups().contains(subject.name());
                        case "ServiceAccount" -> {
                            String ns =
                                    subject.namespace().isEmpty() ? namespace : subject.namespace();
                            yield who.user()
                                    .equals("system:serviceaccount:" + ns + ":" + subject.name());
                        }
                        default -> false;
                    };
            if (named) {
                return true;
            }
        }
        return false;
    }

    private static boolean allows(List<PolicyRule> rules, RequestInfo what) {
        return rules.stream().anyMatch(r -> allows(r, what));
    }

    private static boolean allows(PolicyRule rule, RequestInfo what) {
        if (!has(rule.verbs(), what.verb())) {
            return false;
        }
        if (!what.isResource()) {
            return rule.nonResourceURLs().stream()
                    .anyMatch(url ->
                            url.equals(what.path())
                                    || (url.endsWith("*")
                                            && what.path()
                                                    .startsWith(
                                                            url.substring(0, url.length() - 1))));
        }
        String resource =
                what.subresource().isEmpty()
                        ? what.resource()
                        : what.resource() + "/" + what.subresource();
        boolean named =
                rule.resourceNames().isEmpty() || rule.resourceNames().contains(what.name());
        return named
                && has(rule.apiGroups(), what.group())
                && (has(rule.resources(), resource)
                        || (!what.subresource().isEmpty()
                                && rule.resources().contains("*/" + what.subresource())));
    }

    private static boolean has(List<String> allowed, String wanted) {
        return allowed.contains("*") || allowed.contains(wanted);
    }

    private static ApiResource type(ResourceType<?> type) {
        return Schema.builtin().find(type.gvr()).orElseThrow();
    }
}
