package dev.quilla.controller.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.client.Eventually;
import dev.quilla.controller.Controller;
import dev.quilla.controller.TestCluster;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BootstrapControllersTest {

    private static final ObjectKey TOKEN = new ObjectKey("kube-system", "bootstrap-token-abcdef");
    private static final ObjectKey INFO = new ObjectKey("kube-public", "cluster-info");

    private final TestCluster cluster = new TestCluster();
    private final BootstrapTokenController tokens =
            new BootstrapTokenController(cluster.client, cluster.informers, cluster.clock);
    private final ClusterInfoController info =
            new ClusterInfoController(cluster.client, cluster.informers);

    BootstrapControllersTest() {
        cluster.create(Resources.NAMESPACES, "metadata: {name: kube-system}");
        cluster.create(Resources.NAMESPACES, "metadata: {name: kube-public}");
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private void token(String more) {
        cluster.create(
                Resources.SECRETS,
                """
                metadata: {name: bootstrap-token-abcdef, namespace: kube-system}
                type: bootstrap.kubernetes.io/token
                stringData:
                  token-id: abcdef
                  token-secret: 0123456789abcdef
                """
                        + more);
    }

    private boolean tokenIsThere() {
        return cluster.client.resource(Resources.SECRETS).find(TOKEN).isPresent();
    }

    @Test
    void aTokenGoesWhenItsTimeIsOver() throws InterruptedException {
        token("  expiration: '" + cluster.clock.instant().plusSeconds(60) + "'\n");
        until(tokens, TOKEN, outcome -> TestCluster.delay(outcome).equals(Duration.ofSeconds(60)));
        assertTrue(tokenIsThere());
        cluster.clock.pass(Duration.ofSeconds(60));
        until(tokens, TOKEN, outcome -> !tokenIsThere());
    }

    @Test
    void aTokenWithoutEndStays() {
        token("");
        cluster.reconcile(tokens, TOKEN);
        assertTrue(tokenIsThere());
    }

    @Test
    void aTokenWhoseEndCantBeReadGoes() throws InterruptedException {
        token("  expiration: tomorrow\n");
        until(tokens, TOKEN, outcome -> !tokenIsThere());
    }

    @Test
    void whatIsSaidOfTheClusterIsSignedWithEachTokenForIt() throws InterruptedException {
        token("  usage-bootstrap-signing: 'true'\n");
        cluster.create(
                Resources.CONFIG_MAPS,
                """
                metadata: {name: cluster-info, namespace: kube-public}
                data: {kubeconfig: said, jws-kubeconfig-gone00: old}
                """);
        until(info, INFO, outcome -> said().containsKey("jws-kubeconfig-abcdef"));
        var data = said();
        assertEquals(2, data.size(), data::toString);
        assertEquals(
                "eyJhbGciOiJIUzI1NiIsImtpZCI6ImFiY2RlZiJ9..j4oCpTfK9shLONKQE-p9DiMHkOkc3qw8T7mwSYwioPg",
                data.get("jws-kubeconfig-abcdef"));
        cluster.client.resource(Resources.SECRETS).delete(TOKEN);
        until(info, INFO, outcome -> said().size() == 1);
    }

    private Map<String, String> said() {
        return cluster.client.resource(Resources.CONFIG_MAPS).get(INFO).data();
    }

    /** Caches of a selection are not waited for by {@code reconcile} alone. */
    private void until(Controller controller, ObjectKey key, Predicate<Controller.Outcome> reached)
            throws InterruptedException {
        Eventually.eventually(
                controller.name() + " has come so far",
                () -> reached.test(cluster.reconcile(controller, key)));
    }
}
