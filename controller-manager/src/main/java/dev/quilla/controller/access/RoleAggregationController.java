package dev.quilla.controller.access;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.rbac.v1.ClusterRole;
import dev.quilla.model.rbac.v1.PolicyRule;
import dev.quilla.model.selector.Selector;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Fills cluster roles that aggregate others with the rules of those that they select, and with
 * nothing else: what somebody writes into one is overwritten. (RBAC: aggregated cluster roles.)
 */
public final class RoleAggregationController implements Controller {

    private final ApiClient client;
    private final Informer<ClusterRole> roles;

    /** Works through a client and shared informers. */
    public RoleAggregationController(ApiClient client, Informers informers) {
        this.client = client;
        this.roles = informers.of(Resources.CLUSTER_ROLES);
    }

    @Override
    public String name() {
        return "roleaggregation";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(Trigger.on(roles, changed -> aggregating()));
    }

    private List<ObjectKey> aggregating() {
        return roles.all().filter(ClusterRole::hasAggregationRule).map(ClusterRole::key).toList();
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<ClusterRole> found = roles.get(key).filter(ClusterRole::hasAggregationRule);
        if (found.isPresent()) {
            ClusterRole role = found.get();
            List<PolicyRule> rules = selected(role);
            if (!rules.equals(role.rules())) {
                client.resource(Resources.CLUSTER_ROLES)
                        .update(role.toBuilder().rules(rules).build());
            }
        }
        return Outcome.DONE;
    }

    private List<PolicyRule> selected(ClusterRole role) {
        List<Selector> selectors =
                role.aggregationRule().clusterRoleSelectors().stream().map(Selector::of).toList();
        return roles.all()
                .filter(other -> !other.name().equals(role.name()))
                .filter(other ->
                        selectors.stream().anyMatch(s -> s.matches(other.metadata().labels())))
                .sorted(Comparator.comparing(ClusterRole::name))
                .flatMap(other -> other.rules().stream())
                .distinct()
                .toList();
    }
}
