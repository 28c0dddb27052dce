package dev.quilla.apiserver.bootstrap;

import dev.quilla.apiserver.auth.RuleCoverage;
import dev.quilla.client.ApiClient;
import dev.quilla.model.ResourceType;
import dev.quilla.model.Resources;
import dev.quilla.model.Struct;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.model.rbac.v1.ClusterRole;
import dev.quilla.model.rbac.v1.ClusterRoleBinding;
import dev.quilla.model.rbac.v1.PolicyRule;
import dev.quilla.model.rbac.v1.Subject;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives roles and bindings that a cluster already has what this version's have besides: as
 * Kubernetes does, it adds and never takes away, and leaves alone what is annotated with {@code
 * rbac.authorization.kubernetes.io/autoupdate: "false"}.
 */
final class DefaultRights {

    private static final String AUTO_UPDATE = "rbac.authorization.kubernetes.io/autoupdate";

    private final ApiClient client;

    DefaultRights(ApiClient client) {
        this.client = client;
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
        ResourceType<ClusterRole> type = Resources.CLUSTER_ROLES;
        ClusterRole held = client.resource(type).get(wanted.key());
        List<PolicyRule> missing = RuleCoverage.missingRules(wanted.rules(), held.rules());
        if (!missing.isEmpty() && isUpdated(held.metadata())) {
            List<PolicyRule> all = new ArrayList<>(held.rules());
            all.addAll(missing);
            client.resource(type).update(held.toBuilder().rules(all).build());
        }
    }

    private void completeBinding(ClusterRoleBinding wanted) {
        ResourceType<ClusterRoleBinding> type = Resources.CLUSTER_ROLE_BINDINGS;
        ClusterRoleBinding held = client.resource(type).get(wanted.key());
        List<Subject> missing =
                wanted.subjects().stream().filter(s -> !held.subjects().contains(s)).toList();
        if (!missing.isEmpty() && isUpdated(held.metadata())) {
            List<Subject> all = new ArrayList<>(held.subjects());
            all.addAll(missing);
            client.resource(type).update(held.toBuilder().subjects(all).build());
        }
    }

    private static boolean isUpdated(ObjectMeta metadata) {
        return !"false".equals(metadata.annotations().get(AUTO_UPDATE));
    }
}
