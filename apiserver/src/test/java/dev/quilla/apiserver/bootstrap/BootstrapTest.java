package dev.quilla.apiserver.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.apiserver.auth.RuleCoverage;
import dev.quilla.apiserver.transcript.TestApi;
import dev.quilla.client.ApiClient;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.rbac.v1.ClusterRole;
import dev.quilla.model.rbac.v1.ClusterRoleBinding;
import dev.quilla.model.rbac.v1.PolicyRule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a new leader makes of a cluster that an older version has made. */
class BootstrapTest {

    private static final ObjectKey SCHEDULER = new ObjectKey("", "system:kube-scheduler");
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
                        List.of(new Bootstrap.Master("10.0.0.1", 6443)),
                        Optional.empty())
                .run();
    }

    private ClusterRole role() {
        return client.resource(Resources.CLUSTER_ROLES).get(SCHEDULER);
    }

    private void replaceRules(ClusterRole role) {
        client.resource(Resources.CLUSTER_ROLES)
                .update(role.toBuilder().rules(List.of(OWN)).build());
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
        replaceRules(
                role().toBuilder()
                        .metadata(m ->
                                m.annotations(
                                        Map.of(
                                                "rbac.authorization.kubernetes.io/autoupdate",
                                                "false")))
                        .build());
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
}
