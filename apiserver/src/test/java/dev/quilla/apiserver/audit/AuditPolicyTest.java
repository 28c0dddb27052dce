package dev.quilla.apiserver.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AuditPolicyTest {

    private static final Identity ANNA = Identity.known("anna", "", List.of("dev"));
    private static final Identity NODE =
            Identity.known("system:node:w1", "", List.of("system:nodes"));

    private static AuditLevel usual(Identity who, String method, String path) {
        return AuditPolicy.usual().of(who, RequestInfo.parse(method, path, false)).level();
    }

    private static boolean matches(AuditRule rule, String method, String path) {
        return rule.matches(ANNA, RequestInfo.parse(method, path, false));
    }

    private static AuditRule resources(String group, List<String> names, List<String> objects) {
        return AuditRule.of(AuditLevel.METADATA)
                .about(
                        List.of(),
                        List.of(),
                        List.of(new AuditRule.Resources(group, names, objects)));
    }

    @Test
    void theUsualPolicyLeavesOutWhatWouldHideTheRest() {
        assertEquals(AuditLevel.NONE, usual(ANNA, "GET", "/readyz"));
        assertEquals(AuditLevel.NONE, usual(ANNA, "GET", "/apis/apps/v1"));
        assertEquals(AuditLevel.NONE, usual(ANNA, "POST", "/api/v1/namespaces/x/events"));
        String lease = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/w1";
        assertEquals(AuditLevel.NONE, usual(NODE, "PUT", lease));
        assertEquals(AuditLevel.METADATA, usual(ANNA, "PUT", lease));
        assertEquals(AuditLevel.METADATA, usual(ANNA, "GET", "/api/v1/namespaces/x/secrets/s"));
        assertEquals(AuditLevel.METADATA, usual(ANNA, "GET", "/quilla/backup"));
    }

    @Test
    void resourcesAreNamedAsInRoles() {
        String pod = "/api/v1/namespaces/x/pods/p";
        AuditRule pods = resources("", List.of("pods"), List.of());
        assertEquals(true, matches(pods, "GET", pod));
        assertEquals(false, matches(pods, "GET", pod + "/log"));
        assertEquals(false, matches(pods, "GET", "/apis/metrics.k8s.io/v1beta1/pods"));
        assertEquals(
                true, matches(resources("", List.of("pods/*"), List.of()), "GET", pod + "/log"));
        assertEquals(false, matches(resources("", List.of("pods/*"), List.of()), "GET", pod));
        assertEquals(
                true, matches(resources("", List.of("*/log"), List.of()), "GET", pod + "/log"));
        assertEquals(true, matches(resources("", List.of("*"), List.of()), "GET", pod + "/log"));
        assertEquals(true, matches(resources("", List.of(), List.of()), "GET", pod));
        assertEquals(true, matches(resources("", List.of("pods"), List.of("p")), "GET", pod));
        assertEquals(false, matches(resources("", List.of("pods"), List.of("q")), "GET", pod));
        assertEquals(false, matches(pods, "GET", "/version"));
    }

    @Test
    void pathsMayEndInAnAsterisk() {
        AuditRule rule = AuditRule.of(AuditLevel.METADATA).about(List.of("/api*", "/version"));
        assertEquals(true, matches(rule, "GET", "/apis/apps/v1"));
        assertEquals(true, matches(rule, "GET", "/version"));
        assertEquals(false, matches(rule, "GET", "/versions"));
        assertEquals(false, matches(rule, "GET", "/api/v1/namespaces/x/pods"));
    }

    @Test
    void theFirstRuleThatMatchesCounts() {
        AuditRule nothing =
                AuditRule.of(AuditLevel.NONE).about(List.of("dev"), List.of("get"), List.of());
        AuditRule all =
                new AuditRule(
                        AuditLevel.REQUEST,
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of("x", ""),
                        List.of(),
                        Set.of(AuditStage.PANIC),
                        Optional.of(false));
        AuditPolicy policy =
                new AuditPolicy(List.of(nothing, all), Set.of(AuditStage.REQUEST_RECEIVED), true);
        RequestInfo get = RequestInfo.parse("GET", "/api/v1/namespaces/x/pods/p", false);
        RequestInfo put = RequestInfo.parse("PUT", "/api/v1/namespaces/x/pods/p", false);
        RequestInfo elsewhere = RequestInfo.parse("PUT", "/api/v1/namespaces/y/pods/p", false);
        RequestInfo node = RequestInfo.parse("PUT", "/api/v1/nodes/n", false);
        assertEquals(AuditLevel.NONE, policy.of(ANNA, get).level());
        assertEquals(AuditLevel.REQUEST, policy.of(NODE, get).level());
        assertEquals(
                new AuditPolicy.Extent(
                        AuditLevel.REQUEST,
                        Set.of(AuditStage.PANIC, AuditStage.REQUEST_RECEIVED),
                        false),
                policy.of(ANNA, put));
        assertEquals(AuditLevel.NONE, policy.of(ANNA, elsewhere).level());
        assertEquals(AuditLevel.REQUEST, policy.of(ANNA, node).level());
    }
}
