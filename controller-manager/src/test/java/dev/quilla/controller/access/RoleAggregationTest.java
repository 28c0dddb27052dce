package dev.quilla.controller.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.controller.TestCluster;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.rbac.v1.ClusterRole;
import dev.quilla.model.rbac.v1.PolicyRule;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What roles that aggregate others come to hold. */
class RoleAggregationTest {

    private static final String ALL = "all";

    private final TestCluster cluster = new TestCluster();
    private final RoleAggregationController controller =
            new RoleAggregationController(cluster.client, cluster.informers);

    @AfterEach
    void close() {
        cluster.close();
    }

    private void aggregating() {
        cluster.create(
                Resources.CLUSTER_ROLES,
                """
                metadata: {name: all, labels: {part: 'yes'}}
                aggregationRule: {clusterRoleSelectors: [{matchLabels: {part: 'yes'}}, {matchLabels: {also: 'yes'}}]}
                rules: [{apiGroups: [''], resources: [nodes], verbs: [get]}]
                """);
    }

    private void role(String name, String label, String... resources) {
        StringBuilder rules = new StringBuilder();
        for (String resource : resources) {
            rules.append(
                    "- {apiGroups: [''], resources: [%s], verbs: [get]}\n".formatted(resource));
        }
        cluster.create(
                Resources.CLUSTER_ROLES,
                "metadata: {name: %s, labels: {%s: 'yes'}}\nrules:\n%s"
                        .formatted(name, label, rules));
    }

    private List<String> resources() {
        cluster.reconcile(controller, ObjectKey.cluster(ALL));
        ClusterRole role = cluster.get(Resources.CLUSTER_ROLES, ALL);
        return role.rules().stream().map(PolicyRule::resources).flatMap(List::stream).toList();
    }

    @Test
    void itHoldsTheRulesOfThoseItSelectsAndNothingElse() {
        role("b", "part", "pods", "secrets");
        role("a", "also", "services", "pods");
        role("c", "other", "events");
        aggregating();
        assertEquals(List.of("services", "pods", "secrets"), resources());
    }

    @Test
    void itFollowsThem() {
        aggregating();
        assertEquals(List.of(), resources());
        role("a", "part", "pods");
        assertEquals(List.of("pods"), resources());
        cluster.client.resource(Resources.CLUSTER_ROLES).delete(ObjectKey.cluster("a"));
        assertEquals(List.of(), resources());
    }

    @Test
    void whatIsAsItShouldBeIsNotWritten() {
        role("a", "part", "pods");
        aggregating();
        List<String> _ = resources();
        String version = cluster.get(Resources.CLUSTER_ROLES, ALL).metadata().resourceVersion();
        List<String> _ = resources();
        assertEquals(
                version, cluster.get(Resources.CLUSTER_ROLES, ALL).metadata().resourceVersion());
    }

    @Test
    void otherRolesAreLeftAlone() {
        role("a", "part", "pods");
        cluster.reconcile(controller, ObjectKey.cluster("a"));
        assertTrue(!cluster.get(Resources.CLUSTER_ROLES, "a").rules().isEmpty());
    }
}
