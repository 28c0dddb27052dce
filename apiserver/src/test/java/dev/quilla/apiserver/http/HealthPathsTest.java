package dev.quilla.apiserver.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.store.InMemoryStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class HealthPathsTest {

    private static final HealthPaths BOOTSTRAPPED = paths(() -> true);
    private static final HealthPaths STARTING = paths(() -> false);

    private static HealthPaths paths(BooleanSupplier bootstrapped) {
        return new HealthPaths(
                new Health(
                        "master-1",
                        "https://127.0.0.1:6443",
                        new InMemoryStore(),
                        bootstrapped,
                        Optional::empty,
                        Optional::empty,
                        Optional::empty));
    }

    private static String at(HealthPaths paths, String path, Map<String, List<String>> query) {
        return paths.at(path, query).map(a -> a.code() + " " + a.text()).orElse("");
    }

    @Test
    void tellsEachCheckWhereAsked() {
        assertEquals("200 ok", at(BOOTSTRAPPED, "/readyz", Map.of()));
        assertEquals(
                """
                200 [+]ping ok
                [+]store ok
                [+]encryption ok
                [+]bootstrap ok
                readyz check passed
                """,
                at(BOOTSTRAPPED, "/readyz", Map.of("verbose", List.of(""))));
        assertEquals(
                "200 [+]ping ok\nlivez check passed\n",
                at(STARTING, "/livez", Map.of("verbose", List.of(""))));
    }

    @Test
    void theStoreIsAskedForByTheNameThatPeopleKnow() {
        for (String path : List.of("/healthz", "/livez", "/readyz")) {
            assertEquals("200 ok", at(STARTING, path + "/etcd", Map.of()));
        }
        assertEquals("", at(STARTING, "/livez/store", Map.of()));
        assertEquals("", at(STARTING, "/nope/etcd", Map.of()));
    }

    @Test
    void tellsWhatFailsAlsoWhereNotAsked() {
        assertEquals(
                """
                503 [+]ping ok
                [+]store ok
                [+]encryption ok
                [-]bootstrap failed: it is under way
                readyz check failed
                """,
                at(STARTING, "/readyz", Map.of()));
    }

    @Test
    void leavesOutWhatIsExcluded() {
        assertEquals(
                """
                200 [+]ping ok
                [+]store ok
                [+]encryption ok
                [+]bootstrap excluded: ok
                warn: some health checks cannot be excluded: no matches for "etcd"
                readyz check passed
                """,
                at(
                        STARTING,
                        "/readyz",
                        Map.of("verbose", List.of(""), "exclude", List.of("bootstrap", "etcd"))));
    }

    @Test
    void tellsOneCheck() {
        assertEquals("200 ok", at(STARTING, "/readyz/store", Map.of()));
        assertEquals(
                "503 internal server error: it is under way\n",
                at(STARTING, "/readyz/bootstrap", Map.of()));
        assertEquals("", at(STARTING, "/readyz/none", Map.of()));
        assertEquals("", at(STARTING, "/livez/store", Map.of()));
        assertEquals("", at(STARTING, "/", Map.of()));
    }

    @Test
    void countsWhatChecksSayWhereAllAreLookedAt() {
        boolean[] bootstrapped = {false};
        HealthPaths paths = paths(() -> bootstrapped[0]);
        at(paths, "/readyz", Map.of("exclude", List.of("encryption")));
        bootstrapped[0] = true;
        at(paths, "/readyz", Map.of("exclude", List.of("encryption")));
        at(paths, "/livez", Map.of());
        at(paths, "/readyz/ping", Map.of());
        assertEquals(
                """
                # HELP kubernetes_healthcheck Whether a check was well when it was last made.
                # TYPE kubernetes_healthcheck gauge
                kubernetes_healthcheck{name="bootstrap",type="readyz"} 1
                kubernetes_healthcheck{name="ping",type="livez"} 1
                kubernetes_healthcheck{name="ping",type="readyz"} 1
                kubernetes_healthcheck{name="store",type="readyz"} 1
                # HELP kubernetes_healthchecks_total Checks by what they said.
                # TYPE kubernetes_healthchecks_total counter
                kubernetes_healthchecks_total{name="bootstrap",status="error",type="readyz"} 1
                kubernetes_healthchecks_total{name="bootstrap",status="success",type="readyz"} 1
                kubernetes_healthchecks_total{name="ping",status="success",type="livez"} 1
                kubernetes_healthchecks_total{name="ping",status="success",type="readyz"} 2
                kubernetes_healthchecks_total{name="store",status="success",type="readyz"} 2
                """,
                paths.metrics());
    }
}
