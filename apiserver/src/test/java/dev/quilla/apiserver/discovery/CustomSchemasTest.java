package dev.quilla.apiserver.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.apiserver.discovery.OpenApiSchemas.Style;
import dev.quilla.model.GroupVersionKind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CustomSchemasTest {

    private static final Map<String, Object> ANYTHING =
            Map.of("type", "object", "x-kubernetes-preserve-unknown-fields", true);

    private static Set<String> properties(Style style) {
        Map<String, ?> schema =
                new CustomSchemas(style, (to, name) -> to.put("$ref", name))
                        .kind(ANYTHING, new GroupVersionKind("example.com", "v1", "Boat"));
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
}
