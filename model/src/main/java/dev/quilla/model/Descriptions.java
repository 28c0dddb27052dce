package dev.quilla.model;

import dev.quilla.model.codec.JsonTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * What people are told of types and fields. Large, and seldom asked for: whoever needs it loads it,
 * and lets it go. Immutable.
 */
public final class Descriptions {

    private static final String RESOURCE = "schema/descriptions.json.gz";

    private final Map<String, @Nullable Object> byDefinition;

    private Descriptions(Map<String, @Nullable Object> byDefinition) {
        this.byDefinition = byDefinition;
    }

    /** Reads those of the built-in schema. */
    public static Descriptions load() {
        try (InputStream in =
                new GZIPInputStream(
                        Objects.requireNonNull(
                                Descriptions.class.getResourceAsStream(RESOURCE), RESOURCE))) {
            return new Descriptions(JsonTree.parseObject(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a type is; empty text where nothing is said. */
    public String of(Definition definition) {
        return text(definition, "");
    }

    /** What a field is; empty text where nothing is said. */
    public String of(Definition definition, Field field) {
        return text(definition, field.name());
    }

    private String text(Definition definition, String name) {
        return byDefinition.get(definition.name()) instanceof Map<?, ?> texts
                        && texts.get(name) instanceof String text
                ? text
                : "";
    }
}
