package dev.quilla.apiserver.flow;

import dev.quilla.model.flowcontrol.v1.FlowSchema;
import dev.quilla.model.flowcontrol.v1.PriorityLevelConfiguration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What is configured: what the store has, with what must be there wherever it has not.
 *
 * @param schemas in no order
 */
record FlowConfig(List<FlowSchema> schemas, List<PriorityLevelConfiguration> levels) {

    FlowConfig {
        schemas = List.copyOf(schemas);
        levels = List.copyOf(levels);
    }

    FlowConfig completedBy(FlowConfig mandatory) {
        return new FlowConfig(
                Stream.concat(
                                schemas.stream(),
                                mandatory.schemas().stream()
                                        .filter(absent(schemas, FlowSchema::name)))
                        .toList(),
                Stream.concat(
                                levels.stream(),
                                mandatory.levels().stream()
                                        .filter(absent(levels, PriorityLevelConfiguration::name)))
                        .toList());
    }

    private static <T> Predicate<T> absent(List<T> there, Function<T, String> name) {
        return wanted -> there.stream().noneMatch(t -> name.apply(t).equals(name.apply(wanted)));
    }
}
