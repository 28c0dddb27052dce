package dev.quilla.ctl.print;

import dev.quilla.ctl.failure.UsageException;
import dev.quilla.model.jsonpath.JsonPath;

/** What {@code -o} asks for. */
public sealed interface OutputFormat {

    /** A table; the default. */
    record Table(boolean wide) implements OutputFormat {}

    /** JSON. */
    record Json() implements OutputFormat {}

    /** YAML. */
    record Yaml() implements OutputFormat {}

    /** {@code TYPE/NAME}. */
    record Name() implements OutputFormat {}

    /** What a JSONPath template makes of it. */
    record Path(JsonPath template) implements OutputFormat {}

    /**
     * Reads the option's value; the empty one is a table.
     *
     * @throws UsageException if there is no such format
     */
    static OutputFormat parse(String text) {
        if (text.startsWith("jsonpath=")) {
            return new Path(Paths.parse(text.substring("jsonpath=".length())));
        }
        return switch (text) {
            case "" -> new Table(false);
            case "wide" -> new Table(true);
            case "json" -> new Json();
            case "yaml" -> new Yaml();
            case "name" -> new Name();
            default ->
                    throw new UsageException(
                            "unknown output format \"%s\": json, yaml, name, wide or jsonpath=TEMPLATE"
                                    .formatted(text));
        };
    }

    /** Reads the value of a verb's {@code -o} that says how to report what was done. */
    static OutputFormat parseForChange(String text) {
        OutputFormat format = parse(text);
        if (format instanceof Table(boolean wide) && wide) {
            throw new UsageException("-o wide is for get: json, yaml, name or jsonpath=TEMPLATE");
        }
        return format;
    }
}
