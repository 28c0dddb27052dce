package dev.quilla.apiserver.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.apiserver.auth.RuleCoverage;
import dev.quilla.apiserver.transcript.TestApi;
import dev.quilla.client.ApiClient;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.meta.v1.LabelSelector;
import dev.quilla.model.rbac.v1.ClusterRole;
import dev.quilla.model.rbac.v1.ClusterRoleBinding;
import dev.quilla.model.rbac.v1.PolicyRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a new leader makes of a cluster that an older version has made. */
class BootstrapTest {

    private static final ObjectKey SCHEDULER = new ObjectKey("", "system:kube-scheduler");
    private static final ObjectKey NODE = new ObjectKey("", "system:node");
    private static final PolicyRule OWN =
            PolicyRule.builder()
                    .apiGroups(List.of("example.com"))
                    .resources(List.of("things"))
                    .verbs(List.of("get"))
                    .build();

    private final ApiClient client = new TestApi().client();

    private void run() {
        new Bootstrap(
                        client,
                        "10.96.0.1",
                        "10.96.0.0/16",
                        List.of(new Bootstrap.Master("10.0.0.1", 6443)),
                        Optional.empty())
                .run();
    }

    private ClusterRole role() {
        return client.resource(Resources.CLUSTER_ROLES).get(SCHEDULER);
    }

    private void replaceRules(ClusterRole role) {
        setRules(role, List.of(OWN));
    }

    private void setRules(ClusterRole role, List<PolicyRule> rules) {
        client.resource(Resources.CLUSTER_ROLES).update(role.toBuilder().rules(rules).build());
    }

    private static ClusterRole notUpdated(ClusterRole role) {
        return role.toBuilder()
                .metadata(m ->
                        m.annotations(
                                Map.of("rbac.authorization.kubernetes.io/autoupdate", "false")))
                .build();
    }

    private static PolicyRule rule(String group, List<String> resources, List<String> verbs) {
        return PolicyRule.builder()
                .apiGroups(List.of(group))
                .resources(resources)
                .verbs(verbs)
                .build();
    }

    @Test
    void rolesGetWhatTheyLackAndKeepWhatTheyHave() {
        run();
        List<PolicyRule> wanted = role().rules();
        replaceRules(role());
        run();
        List<PolicyRule> completed = role().rules();
        assertEquals(OWN, completed.getFirst());
        run();
        assertEquals(completed, role().rules(), "nothing is done twice");
        assertEquals(List.of(), RuleCoverage.missing(wanted, completed));
    }

    @Test
    void aRoleThatIsNotToBeUpdatedIsLeftAlone() {
        run();
        replaceRules(notUpdated(role()));
        run();
        assertEquals(List.of(OWN), role().rules());
    }

    @Test
    void bindingsGetTheSubjectsTheyLack() {
        run();
        ClusterRoleBinding bound = client.resource(Resources.CLUSTER_ROLE_BINDINGS).get(SCHEDULER);
        client.resource(Resources.CLUSTER_ROLE_BINDINGS)
                .update(bound.toBuilder().subjects(List.of()).build());
        run();
        assertEquals(
                bound.subjects(),
                client.resource(Resources.CLUSTER_ROLE_BINDINGS).get(SCHEDULER).subjects());
    }

    private ClusterRole nodeRole() {
        return client.resource(Resources.CLUSTER_ROLES).get(NODE);
    }

    @Test
    void aRightThatWasWithdrawnIsTakenFromTheRoleOfAnOlderCluster() {
        run();
        List<PolicyRule> wanted = nodeRole().rules();
        List<PolicyRule> older = new ArrayList<>(wanted);
        older.add(rule("", List.of("pods", "secrets"), List.of("get", "list")));
        older.add(rule("coordination.k8s.io", List.of("leases"), List.of("create", "delete")));
        older.add(OWN);
        setRules(nodeRole(), older);
        run();
        List<PolicyRule> kept = new ArrayList<>(wanted);
        kept.add(rule("", List.of("secrets"), List.of("get", "list")));
        kept.add(rule("coordination.k8s.io", List.of("leases"), List.of("delete")));
        kept.add(OWN);
        assertEquals(kept, nodeRole().rules());
        String version = nodeRole().metadata().resourceVersion();
        run();
        assertEquals(version, nodeRole().metadata().resourceVersion(), "nothing is done twice");
    }

    @Test
    void aWithdrawnRightStaysInARoleThatIsNotToBeUpdated() {
        run();
        List<PolicyRule> older = List.of(rule("", List.of("pods"), List.of("get")));
        setRules(notUpdated(nodeRole()), older);
        run();
        assertEquals(older, nodeRole().rules());
    }

    @Test
    void aRightToAllThatWasWithdrawnTakesNoOther() {
        run();
        ObjectKey edit = new ObjectKey("", "system:aggregate-to-edit");
        ClusterRole role = client.resource(Resources.CLUSTER_ROLES).get(edit);
        PolicyRule own = rule("apps", List.of("things"), List.of("get"));
        List<PolicyRule> older = new ArrayList<>(role.rules());
        older.add(rule("apps", List.of("*"), List.of("get", "create")));
        older.add(rule("", List.of("endpoints"), List.of("get", "update")));
        older.add(own);
        setRules(role, older);
        run();
        List<PolicyRule> kept = new ArrayList<>(role.rules());
        kept.add(rule("", List.of("endpoints"), List.of("get")));
        kept.add(own);
        assertEquals(kept, client.resource(Resources.CLUSTER_ROLES).get(edit).rules());
    }

    @Test
    void noRightOfThisVersionIsWithdrawn() {
        run();
        String version = nodeRole().metadata().resourceVersion();
        run();
        assertEquals(version, nodeRole().metadata().resourceVersion());
    }

    @Test
    void whatComesWithTheClusterSaysSo() {
        run();
        ClusterRole unmarked =
                role().toBuilder()
                        .metadata(m -> m.labels(Map.of("mine", "yes")).annotations(Map.of()))
                        .build();
        client.resource(Resources.CLUSTER_ROLES).update(unmarked);
        run();
        assertEquals(
                Map.of("mine", "yes", "kubernetes.io/bootstrapping", "rbac-defaults"),
                role().metadata().labels());
        assertEquals(
                Map.of("rbac.authorization.kubernetes.io/autoupdate", "true"),
                role().metadata().annotations());
    }

    @Test
    void aBindingThatGivesAnotherRoleIsMadeAnew() {
        run();
        var bindings = client.resource(Resources.CLUSTER_ROLE_BINDINGS);
        ClusterRoleBinding bound = bindings.get(SCHEDULER);
        bindings.delete(SCHEDULER);
        bindings.create(
                bound.toBuilder()
                        .metadata(m -> m.clearResourceVersion().clearUid())
                        .roleRef(r -> r.name("view"))
                        .build());
        run();
        assertEquals(bound.roleRef(), bindings.get(SCHEDULER).roleRef());
    }

    @Test
    void anAggregatedRoleGetsTheSelectorsItLacks() {
        run();
        ObjectKey key = new ObjectKey("", "edit");
        ClusterRole edit = client.resource(Resources.CLUSTER_ROLES).get(key);
        LabelSelector own =
                LabelSelector.builder().matchLabels(Map.of("example.com/edit", "true")).build();
        client.resource(Resources.CLUSTER_ROLES)
                .update(
                        edit.toBuilder()
                                .aggregationRule(a -> a.clusterRoleSelectors(List.of(own)))
                                .build());
        run();
        List<LabelSelector> both = new ArrayList<>(List.of(own));
        both.addAll(edit.aggregationRule().clusterRoleSelectors());
        assertEquals(
                both,
                client.resource(Resources.CLUSTER_ROLES)
                        .get(key)
                        .aggregationRule()
                        .clusterRoleSelectors());
    }
}
