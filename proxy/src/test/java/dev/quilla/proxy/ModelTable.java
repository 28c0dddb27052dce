package dev.quilla.proxy;

import dev.quilla.proxy.RuleSet.RuleMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A table that understands the commands of a difference, and is as strict as the kernel. */
final class ModelTable {

    private static final Pattern COMMAND =
            Pattern.compile("(add|delete|flush) (set|chain|rule|element) ip t (\\S+)(?: (.*))?");
    private static final Pattern REFERENCE = Pattern.compile("(?:goto |@)(\\S+)");

    private final Map<String, String> sets = new HashMap<>();
    private final Map<String, List<String>> chains = new HashMap<>();
    private final Map<RuleMap, Map<String, String>> maps = new EnumMap<>(RuleMap.class);

    void run(String commands) {
        commands.lines().forEach(this::command);
    }

    RuleSet rules() {
        return new RuleSet(sets, chains, maps);
    }

    private void command(String line) {
        Matcher command = COMMAND.matcher(line);
        must(command.matches(), line);
        String name = command.group(3);
        String rest = Optional.ofNullable(command.group(4)).orElse("");
        switch (command.group(1) + " " + command.group(2)) {
            case "add set" -> must(sets.put(name, inner(rest)) == null, line);
            case "delete set" -> must(!isUsed(name) && sets.remove(name) != null, line);
            case "add chain" -> must(chains.put(name, new ArrayList<>()) == null, line);
            case "flush chain" -> chain(name).clear();
            case "delete chain" ->
                    must(
                            !isUsed(name) && chain(name).isEmpty() && chains.remove(name) != null,
                            line);
            case "add rule" -> {
                mustKnow(rest);
                chain(name).add(rest);
            }
            case "add element" -> elements(rest).forEach(e -> add(map(name), e, line));
            case "delete element" ->
                    elements(rest).forEach(k -> must(map(name).remove(k) != null, line));
            default -> throw new IllegalStateException(line);
        }
        maps.values().removeIf(Map::isEmpty);
    }

    private void add(Map<String, String> map, String element, String line) {
        String[] parts = element.split(" : ", 2);
        mustKnow(parts[1]);
        must(map.put(parts[0], parts[1]) == null, line);
    }

    private List<String> chain(String name) {
        return Optional.ofNullable(chains.get(name)).orElseThrow();
    }

    private Map<String, String> map(String title) {
        RuleMap map =
                Arrays.stream(RuleMap.values())
                        .filter(m -> m.title().equals(title))
                        .findFirst()
                        .orElseThrow();
        return maps.computeIfAbsent(map, _ -> new HashMap<>());
    }

    private static String inner(String braces) {
        return braces.substring(2, braces.length() - 2);
    }

    private static Stream<String> elements(String braces) {
        return Arrays.stream(inner(braces).split(", "));
    }

    private static Stream<String> references(String rule) {
        return REFERENCE.matcher(rule).results().map(m -> m.group(1).replace(",", ""));
    }

    private void mustKnow(String rule) {
        references(rule)
                .forEach(name ->
                        must(
                                chains.containsKey(name)
                                        || sets.containsKey(name)
                                        || name.equals("refuse")
                                        || name.endsWith("_backends"),
                                "not known: " + rule));
    }

    private boolean isUsed(String name) {
        Stream<String> rules = chains.values().stream().flatMap(List::stream);
        Stream<String> verdicts = maps.values().stream().flatMap(m -> m.values().stream());
        return Stream.concat(rules, verdicts)
                .flatMap(ModelTable::references)
                .anyMatch(name::equals);
    }

    private static void must(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException(what);
        }
    }
}
