package dev.quilla.apiserver.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.http.Headers;
import dev.quilla.model.ApiException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ImpersonationTest {

    private static Impersonation of(String... fields) {
        Headers headers = Headers.NONE;
        for (int i = 0; i < fields.length; i += 2) {
            headers = headers.with(fields[i], fields[i + 1]);
        }
        return Impersonation.of(headers).orElseThrow();
    }

    private static List<String> rights(Impersonation impersonation) {
        return impersonation.rights().stream()
                .map(r ->
                        "%s %s/%s %s %s"
                                .formatted(
                                        r.group(),
                                        r.resource(),
                                        r.subresource(),
                                        r.namespace(),
                                        r.name()))
                .toList();
    }

    @Test
    void eachThingSaidIsARightOfItsOwn() {
        Impersonation anna =
                of(
                        "Impersonate-User", "anna",
                        "Impersonate-Group", "dev",
                        "Impersonate-Group", "ops",
                        "Impersonate-Uid", "7",
                        "Impersonate-Extra-Scopes", "view",
                        "Impersonate-Extra-example.com%2Fteam", "a");
        assertEquals(
                Identity.known("anna", "7", List.of("dev", "ops"))
                        .with(
                                Map.of(
                                        "scopes", List.of("view"),
                                        "example.com/team", List.of("a"))),
                anna.identity());
        assertEquals(
                List.of(
                        " users/  anna",
                        " groups/  dev",
                        " groups/  ops",
                        "authentication.k8s.io uids/  7",
                        "authentication.k8s.io userextras/example.com/team  a",
                        "authentication.k8s.io userextras/scopes  view"),
                rights(anna));
    }

    @Test
    void aServiceAccountIsARightInItsNamespace() {
        Impersonation account = of("Impersonate-User", "system:serviceaccount:x:robot");
        assertEquals(List.of(" serviceaccounts/ x robot"), rights(account));
        assertEquals(Identity.serviceAccount("x", "robot", ""), account.identity());
    }

    @Test
    void whoIsSaidToBeUnknownIsNotKnownToo() {
        assertEquals(
                List.of("system:unauthenticated"),
                of("Impersonate-User", "anna", "Impersonate-Group", "system:unauthenticated")
                        .identity()
                        .groups());
    }

    @Test
    void nobodyStaysNobody() {
        assertEquals(
                List.of("system:unauthenticated"),
                of("Impersonate-User", "system:anonymous").identity().groups());
    }

    @Test
    void nothingWithoutAUser() {
        assertEquals(Optional.empty(), Impersonation.of(Headers.NONE));
        assertThrows(ApiException.class, () -> of("Impersonate-Group", "dev"));
        assertThrows(ApiException.class, () -> of("Impersonate-Extra-k", "v"));
    }

    @Test
    void isNarrowedToWhatIsAsked() {
        RequestInfo list = RequestInfo.parse("GET", "/api/v1/namespaces/x/pods", false);
        Identity someone = Identity.known("controller", "", List.of());
        List<LimitedImpersonation> ways =
                LimitedImpersonation.of(
                        of("Impersonate-User", "anna", "Impersonate-Group", "dev"), someone);
        assertEquals(1, ways.size());
        assertEquals("impersonate:user-info", ways.getFirst().verb());
        assertEquals(
                List.of(
                        "impersonate-on:user-info:list  pods x ",
                        "impersonate:user-info authentication.k8s.io users  anna",
                        "impersonate:user-info authentication.k8s.io groups  dev"),
                limited(ways.getFirst(), list));
    }

    @Test
    void nodesAreNarrowedToWhoRunsThere() {
        RequestInfo list = RequestInfo.parse("GET", "/api/v1/pods", false);
        Impersonation node = of("Impersonate-User", "system:node:n");
        Identity agent = Identity.serviceAccount("x", "agent", "");
        Identity there = agent.with(Map.of("authentication.kubernetes.io/node-name", List.of("n")));
        Identity elsewhere =
                agent.with(Map.of("authentication.kubernetes.io/node-name", List.of("m")));
        assertEquals(List.of("arbitrary-node"), modes(node, agent));
        assertEquals(List.of("arbitrary-node"), modes(node, elsewhere));
        assertEquals(List.of("associated-node", "arbitrary-node"), modes(node, there));
        LimitedImpersonation way = LimitedImpersonation.of(node, there).getFirst();
        assertEquals("n", way.identity().nodeName());
        assertEquals(
                List.of(
                        "impersonate-on:associated-node:list  pods  ",
                        "impersonate:associated-node authentication.k8s.io nodes  n"),
                limited(way, list));
        assertEquals(
                List.of(),
                modes(of("Impersonate-User", "system:node:n", "Impersonate-Group", "g"), there));
    }

    private static List<String> modes(Impersonation said, Identity real) {
        return LimitedImpersonation.of(said, real).stream()
                .map(LimitedImpersonation::mode)
                .toList();
    }

    private static List<String> limited(LimitedImpersonation way, RequestInfo what) {
        return way.rights(what).stream()
                .map(r ->
                        "%s %s %s %s %s"
                                .formatted(
                                        r.verb(), r.group(), r.resource(), r.namespace(), r.name()))
                .toList();
    }
}
