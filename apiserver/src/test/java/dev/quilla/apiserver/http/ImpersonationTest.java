package dev.quilla.apiserver.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.quilla.apiserver.request.Identity;
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
}
