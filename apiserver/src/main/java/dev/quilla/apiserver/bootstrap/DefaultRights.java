package dev.quilla.apiserver.bootstrap;

import dev.quilla.apiserver.auth.RuleCoverage;
import dev.quilla.client.ApiClient;
import dev.quilla.client.ResourceClient;
import dev.quilla.model.Resources;
import dev.quilla.model.Struct;
import dev.quilla.model.meta.v1.LabelSelector;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.model.rbac.v1.ClusterRole;
import dev.quilla.model.rbac.v1.ClusterRoleBinding;
import dev.quilla.model.rbac.v1.PolicyRule;
import dev.quilla.model.rbac.v1.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives roles and bindings that a cluster already has what this version's have besides: as
 * Kubernetes does, it adds what is missing, leaves what somebody else has added, and leaves alone
 * what is annotated with {@code rbac.authorization.kubernetes.io/autoupdate: "false"}. Beyond
 * Kubernetes, it takes away what an earlier version's default roles had and this version's must not
 * have, for a right that was withdrawn for the sake of security would else stay for ever.
 */
final class DefaultRights {

    private static final String AUTO_UPDATE = "rbac.authorization.kubernetes.io/autoupdate";
    private static final String BOOTSTRAPPING = "kubernetes.io/bootstrapping";

    private final ApiClient client;
    private final Map<String, List<PolicyRule>> withdrawn = new HashMap<>();

    /**
     * Works through a client that may do anything.
     *
     * @param withdrawn cluster roles with the rights that they don't have any more
     */
    DefaultRights(ApiClient client, List<ClusterRole> withdrawn) {
        this.client = client;
        withdrawn.forEach(role -> this.withdrawn.put(role.name(), role.rules()));
    }

    /** An object as it is made: about rights, it says that it is a default and is kept up. */
    static Struct marked(Struct object) {
        if (object.definition().equals(ClusterRole.definition())) {
            ClusterRole role = new ClusterRole(object);
            return role.toBuilder().metadata(marked(role.metadata())).build().struct();
        }
        if (object.definition().equals(ClusterRoleBinding.definition())) {
            ClusterRoleBinding binding = new ClusterRoleBinding(object);
            return binding.toBuilder().metadata(marked(binding.metadata())).build().struct();
        }
        return object;
    }

    private static ObjectMeta marked(ObjectMeta metadata) {
        return metadata.toBuilder()
                .labels(both(Map.of(BOOTSTRAPPING, "rbac-defaults"), metadata.labels()))
                .annotations(both(Map.of(AUTO_UPDATE, "true"), metadata.annotations()))
                .build();
    }

    /** Completes an object that is there already, if it is about rights. */
    void complete(Struct wanted) {
        if (wanted.definition().equals(ClusterRole.definition())) {
            completeRole(new ClusterRole(wanted));
        } else if (wanted.definition().equals(ClusterRoleBinding.definition())) {
            completeBinding(new ClusterRoleBinding(wanted));
        }
    }

    private void completeRole(ClusterRole wanted) {
        ResourceClient<ClusterRole> roles = client.resource(Resources.CLUSTER_ROLES);
        ClusterRole held = roles.get(wanted.key());
        if (!isUpdated(held.metadata())) {
            return;
        }
        List<PolicyRule> rules =
                RuleCoverage.without(
                        held.rules(), withdrawn.getOrDefault(wanted.name(), List.of()));
        List<PolicyRule> all = new ArrayList<>(rules);
        all.addAll(RuleCoverage.missingRules(wanted.rules(), rules));
        ClusterRole.Builder completed =
                held.toBuilder().metadata(completed(held.metadata(), wanted.metadata())).rules(all);
        if (wanted.hasAggregationRule()) {
            List<LabelSelector> selectors =
                    union(
                            held.aggregationRule().clusterRoleSelectors(),
                            wanted.aggregationRule().clusterRoleSelectors());
            completed.aggregationRule(a -> a.clusterRoleSelectors(selectors));
        }
        ClusterRole result = completed.build();
        if (!result.equals(held)) {
            roles.update(result);
        }
    }

    private void completeBinding(ClusterRoleBinding wanted) {
        ResourceClient<ClusterRoleBinding> bindings =
                client.resource(Resources.CLUSTER_ROLE_BINDINGS);
        ClusterRoleBinding held = bindings.get(wanted.key());
        if (!isUpdated(held.metadata())) {
            return;
        }
        List<Subject> subjects = union(held.subjects(), wanted.subjects());
        if (!held.roleRef().equals(wanted.roleRef())) {
            // Which role a binding gives can't be changed in it.
            bindings.delete(held.key());
            bindings.create(wanted.toBuilder().subjects(subjects).build());
            return;
        }
        ClusterRoleBinding result =
                held.toBuilder()
                        .metadata(completed(held.metadata(), wanted.metadata()))
                        .subjects(subjects)
                        .build();
        if (!result.equals(held)) {
            bindings.update(result);
        }
    }

    private static ObjectMeta completed(ObjectMeta held, ObjectMeta wanted) {
        return held.toBuilder()
                .labels(both(wanted.labels(), held.labels()))
                .annotations(both(wanted.annotations(), held.annotations()))
                .build();
    }

    /** Where both have a key, it has the second's value. */
    private static Map<String, String> both(Map<String, String> one, Map<String, String> other) {
        Map<String, String> all = new HashMap<>(one);
        all.putAll(other);
        return all;
    }

    private static <T> List<T> union(List<T> held, List<T> wanted) {
        List<T> all = new ArrayList<>(held);
        wanted.stream().filter(w -> !held.contains(w)).forEach(all::add);
        return all;
    }

    private static boolean isUpdated(ObjectMeta metadata) {
        return !"false".equals(metadata.annotations().get(AUTO_UPDATE));
    }
}
