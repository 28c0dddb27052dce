package dev.quilla.model.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.validation.FieldError;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PluginProbesTest {

    private static final PodSpec SPEC =
            PodSpec.builder()
                    .containers(List.of(Container.builder().name("db.main").build()))
                    .build();
    private static final String KEY = "health.quilla.dev/db.main.readiness";

    @Test
    void readsWhatAnAnnotationAsksFor() {
        Map<String, String> annotations =
                Map.of(
                        KEY,
                        "{\"plugin\":\"redis\",\"params\":{\"port\":\"6379\"},\"periodSeconds\":5}",
                        "example.com/other",
                        "not JSON");
        PluginProbe probe = PluginProbes.of(annotations, "db.main").getFirst();
        assertEquals(PluginProbe.Kind.READINESS, probe.kind());
        assertEquals("redis", probe.plugin());
        assertEquals(Map.of("port", "6379"), probe.parameters());
        assertEquals(5, probe.timing().periodSeconds());
        assertEquals(3, probe.timing().failureThreshold());
        assertEquals(List.of(), PluginProbes.of(annotations, "other"));
        assertEquals(List.of(), PluginProbes.check(annotations, SPEC, "metadata.annotations"));
    }

    private static String problem(String key, String value) {
        List<FieldError> errors =
                PluginProbes.check(Map.of(key, value), SPEC, "metadata.annotations");
        assertEquals(1, errors.size(), value);
        assertEquals("metadata.annotations[" + key + "]", errors.getFirst().field());
        return errors.getFirst().detail();
    }

    @Test
    void saysWhatIsWrongAndWhere() {
        assertTrue(problem(KEY, "{\"plugin\":").startsWith("invalid JSON"));
        assertEquals("expected a JSON object", problem(KEY, "[]"));
        assertEquals("must name a health check in \"plugin\"", problem(KEY, "{}"));
        assertEquals("unknown field period", problem(KEY, "{\"plugin\":\"redis\",\"period\":5}"));
        assertEquals(
                "\"periodSeconds\" must be a whole number of at least 1",
                problem(KEY, "{\"plugin\":\"redis\",\"periodSeconds\":0}"));
        assertEquals(
                "\"params\" must be an object of strings",
                problem(KEY, "{\"plugin\":\"redis\",\"params\":{\"port\":6379}}"));
        assertEquals(
                "the pod has no container of that name",
                problem("health.quilla.dev/web.liveness", "{\"plugin\":\"redis\"}"));
        assertTrue(
                problem("health.quilla.dev/db.main.alive", "{\"plugin\":\"redis\"}")
                        .startsWith("the key must be"));
    }
}
