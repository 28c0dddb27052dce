package dev.quilla.model.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** YAML as JSON trees: the API knows only JSON, YAML is another spelling of it. */
public final class YamlCodec {

    private static final int ALIASES_MAX = 50;
    private static final int SIZE_MAX = 16 << 20;

    private YamlCodec() {}

    /**
     * Reads all documents; empty ones are left out.
     *
     * @throws DecodeException if it is not valid YAML, or not a mapping
     */
    public static List<Map<String, @Nullable Object>> readAll(String yaml) {
        LoadSettings settings =
                LoadSettings.builder()
                        .setSchema(new CoreSchema())
                        .setMaxAliasesForCollections(ALIASES_MAX)
                        .setCodePointLimit(SIZE_MAX)
                        .setAllowDuplicateKeys(false)
                        .build();
        List<Map<String, @Nullable Object>> documents = new ArrayList<>();
        try {
            for (Object document : new Load(settings).loadAllFromString(yaml)) {
                if (document != null) {
                    // Through JSON, so that numbers and keys are what JSON would have made of them.
                    documents.add(JsonTree.parseObject(JsonTree.write(normal(document))));
                }
            }
        } catch (YamlEngineException e) {
            throw new DecodeException("invalid YAML: " + firstLine(e.getMessage()));
        }
        return documents;
    }

    /** Writes a JSON tree as YAML. */
    public static String write(@Nullable Object tree) {
        DumpSettings settings =
                DumpSettings.builder()
                        .setDefaultFlowStyle(FlowStyle.BLOCK)
                        .setWidth(10_000)
                        .build();
        return new Dump(settings).dumpToString(tree);
    }

    private static @Nullable Object normal(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> result = new java.util.LinkedHashMap<>();
                map.forEach((k, v) -> result.put(String.valueOf(k), normal(v)));
                yield result;
            }
            case List<?> list -> {
                List<@Nullable Object> result = new ArrayList<>();
                list.forEach(item -> result.add(normal(item)));
                yield result;
            }
            case byte[] bytes -> java.util.Base64.getEncoder().encodeToString(bytes);
            case null -> null;
            default -> value;
        };
    }

    private static String firstLine(@Nullable String message) {
        return Objects.requireNonNullElse(message, "syntax error")
                .lines()
                .map(String::strip)
                .filter(l -> !l.isEmpty())
                .limit(2)
                .collect(java.util.stream.Collectors.joining(" "));
    }
}
