package dev.quilla.apiserver.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.discovery.OpenApiSchemas.Style;
import dev.quilla.model.Descriptions;
import dev.quilla.model.GroupVersionKind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CustomSchemasTest {

    private static final Map<String, Object> ANYTHING =
            Map.of("type", "object", "x-kubernetes-preserve-unknown-fields", true);

    private static Map<String, ?> schema(Style style) {
        return new CustomSchemas(style, Descriptions.load(), (to, name) -> to.put("$ref", name))
                .kind(ANYTHING, new GroupVersionKind("example.com", "v1", "Boat"));
    }

    private static Set<String> properties(Style style) {
        Map<String, ?> schema = schema(style);
        assertEquals("object", schema.get("type"));
        assertEquals(1, ((List<?>) schema.get("x-kubernetes-group-version-kind")).size());
        return schema.get("properties") instanceof Map<?, ?> named
                ? Set.of(named.keySet().toArray(String[]::new))
                : Set.of();
    }

    /** kubectl's own check, as it does it for lists, takes what is named for all there may be. */
    @Test
    void version2NamesNothingOfAKindThatKeepsEverything() {
        assertEquals(Set.of(), properties(Style.V2));
        assertEquals(Set.of("apiVersion", "kind", "metadata"), properties(Style.V3));
    }

    /** Tools and people look for Kubernetes' own words. */
    @Test
    void whatAllObjectsHaveIsToldAsOfBuiltInKinds() {
        String told = schema(Style.V3).toString();
        assertTrue(told.contains("description=APIVersion defines the versioned schema"), told);
        assertTrue(told.contains("description=Kind is a string value"), told);
        assertTrue(told.contains("description=Standard object's metadata"), told);
    }
}
