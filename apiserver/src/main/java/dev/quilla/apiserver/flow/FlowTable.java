package dev.quilla.apiserver.flow;

import dev.quilla.apiserver.flow.SeatShares.Range;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.model.flowcontrol.v1.FlowSchema;
import dev.quilla.model.flowcontrol.v1.PriorityLevelConfiguration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * All flow schemas, in the order in which they are asked, and all priority levels. Immutable, but
 * for the seats of the levels.
 *
 * @param rules those whose level there is
 * @param levels by name
 */
record FlowTable(List<FlowRule> rules, Map<String, PriorityLevel> levels) {

    static final FlowTable NONE = new FlowTable(List.of(), Map.of());

    private static final Comparator<FlowSchema> ORDER =
            Comparator.comparingInt((FlowSchema s) -> s.spec().matchingPrecedence())
                    .thenComparing(FlowSchema::name);

    FlowTable {
        rules = List.copyOf(rules);
    }

    /**
     * The table of a configuration. Levels go on that stay what they were; requests that run in
     * others or wait there are let through by those.
     */
    FlowTable next(FlowConfig config, int seats, LongSupplier nanos) {
        Map<String, LevelSettings> settings = new LinkedHashMap<>();
        config.levels().forEach(l -> settings.put(l.name(), LevelSettings.of(l)));
        Map<String, Range> ranges = SeatShares.ranges(settings, seats);
        Map<String, PriorityLevel> next = new LinkedHashMap<>();
        for (PriorityLevelConfiguration level : config.levels()) {
            LevelSettings wanted = settings.getOrDefault(level.name(), LevelSettings.of(level));
            PriorityLevel now = level(level, wanted, nanos);
            now.setRange(ranges.getOrDefault(level.name(), new Range(0, 0, 0)));
            next.put(level.name(), now);
        }
        Map<String, FlowFigures> figures =
                rules.stream().collect(Collectors.toMap(FlowRule::name, FlowRule::figures));
        List<FlowRule> asked =
                config.schemas().stream()
                        .filter(s -> next.containsKey(s.spec().priorityLevelConfiguration().name()))
                        .sorted(ORDER)
                        .map(s -> FlowRule.of(s, figures.getOrDefault(s.name(), new FlowFigures())))
                        .toList();
        return new FlowTable(asked, next);
    }

    private PriorityLevel level(
            PriorityLevelConfiguration level, LevelSettings wanted, LongSupplier nanos) {
        PriorityLevel before = levels.get(level.name());
        return before != null && before.serves(level.uid(), wanted)
                ? before
                : new PriorityLevel(level.name(), level.uid(), wanted, nanos);
    }

    /** The flow of a request. The mandatory schemas see to it that there always is one. */
    Flow classify(Identity who, RequestInfo what) {
        for (FlowRule rule : rules) {
            PriorityLevel level = levels.get(rule.level());
            if (level != null && rule.matches(who, what)) {
                return new Flow(rule, level, rule.distinguisher(who, what));
            }
        }
        throw new IllegalStateException("no flow schema matches " + what);
    }
}
