package dev.quilla.apiserver.flow;

import dev.quilla.model.Definition;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.codec.YamlCodec;
import dev.quilla.model.flowcontrol.v1.FlowSchema;
import dev.quilla.model.flowcontrol.v1.PriorityLevelConfiguration;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The configuration that every cluster has: Kubernetes' own. */
final class FlowDefaults {

    /** Names that must be there, as they are. */
    static final Set<String> MANDATORY = Set.of("exempt", "catch-all");

    private static final FlowConfig ALL = read();

    private FlowDefaults() {}

    /** What must be there, and what is suggested. */
    static FlowConfig all() {
        return ALL;
    }

    /** What must be there. */
    static FlowConfig mandatory() {
        return new FlowConfig(
                ALL.schemas().stream().filter(s -> MANDATORY.contains(s.name())).toList(),
                ALL.levels().stream().filter(l -> MANDATORY.contains(l.name())).toList());
    }

    static Optional<FlowSchema> schema(String name) {
        return ALL.schemas().stream().filter(s -> s.name().equals(name)).findFirst();
    }

    static Optional<PriorityLevelConfiguration> level(String name) {
        return ALL.levels().stream().filter(l -> l.name().equals(name)).findFirst();
    }

    private static FlowConfig read() {
        List<FlowSchema> schemas = new ArrayList<>();
        List<PriorityLevelConfiguration> levels = new ArrayList<>();
        for (Map<String, @Nullable Object> document : documents()) {
            if (Objects.equals(document.get("kind"), "FlowSchema")) {
                schemas.add(new FlowSchema(struct(FlowSchema.definition(), document)));
            } else {
                levels.add(
                        new PriorityLevelConfiguration(
                                struct(PriorityLevelConfiguration.definition(), document)));
            }
        }
        return new FlowConfig(schemas, levels);
    }

    private static Struct struct(Definition definition, Map<String, @Nullable Object> document) {
        return JsonCodec.decode(definition, JsonTree.write(document));
    }

    private static List<Map<String, @Nullable Object>> documents() {
        try (InputStream in =
                Objects.requireNonNull(FlowDefaults.class.getResourceAsStream("defaults.yaml"))) {
            return YamlCodec.readAll(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
