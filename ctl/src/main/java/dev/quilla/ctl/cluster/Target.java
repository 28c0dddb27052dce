package dev.quilla.ctl.cluster;

import dev.quilla.ctl.failure.UsageException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a verb is about: one object, or all of a resource.
 *
 * @param name empty for all
 */
public record Target(Resource resource, String name) {

    /** {@code deployment.apps/web}. */
    public String label() {
        return resource.singularWithGroup() + "/" + name;
    }

    /**
     * Reads {@code TYPE[,TYPE] [NAME…]} or {@code TYPE/NAME…}.
     *
     * @throws UsageException if it is neither
     */
    public static List<Target> parse(List<String> words, Discovery discovery) {
        if (words.isEmpty()) {
            throw new UsageException("say of what: TYPE, TYPE NAME or TYPE/NAME");
        }
        return words.stream().anyMatch(w -> w.contains("/"))
                ? pairs(words, discovery)
                : typesThenNames(words, discovery);
    }

    /** The same, where every target must have a name. */
    public static List<Target> parseNamed(List<String> words, Discovery discovery) {
        List<Target> targets = parse(words, discovery);
        if (targets.stream().anyMatch(t -> t.name().isEmpty())) {
            throw new UsageException("say which: TYPE NAME or TYPE/NAME");
        }
        return targets;
    }

    private static List<Target> pairs(List<String> words, Discovery discovery) {
        List<Target> targets = new ArrayList<>();
        for (String word : words) {
            String[] parts = word.split("/", -1);
            if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
                throw new UsageException(
                        "\"%s\" is not TYPE/NAME, and the two forms don't mix".formatted(word));
            }
            targets.add(new Target(discovery.find(parts[0]), parts[1]));
        }
        return targets;
    }

    private static List<Target> typesThenNames(List<String> words, Discovery discovery) {
        List<String> names = words.size() > 1 ? words.subList(1, words.size()) : List.of("");
        List<Target> targets = new ArrayList<>();
        for (String type : words.getFirst().split(",", -1)) {
            List<Resource> category = type.equals("all") ? discovery.category(type) : List.of();
            List<Resource> resources =
                    category.isEmpty() ? List.of(discovery.find(type)) : category;
            for (Resource resource : resources) {
                names.forEach(name -> targets.add(new Target(resource, name)));
            }
        }
        return targets;
    }
}
