package dev.quilla.apiserver.custom;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.Optional;

/** Which field a rule is about: names, each after a dot or, in quotation marks, in brackets. */
final class FieldPath {

    private static final Pattern STEP =
            Pattern.compile("\\.([A-Za-z_][A-Za-z0-9_-]*)|\\['((?:[^'\\\\]|\\\\.)+)'\\]");

    private FieldPath() {}

    /** The path as errors have it; empty if the schema has no such field. */
    static Optional<String> parse(String text, SchemaNode schema) {
        StringBuilder path = new StringBuilder();
        Matcher step = STEP.matcher(text);
        SchemaNode at = schema;
        int end = 0;
        while (end < text.length()) {
            if (!step.find(end) || step.start() != end) {
                return Optional.empty();
            }
            String dotted = step.group(1);
            String name = dotted != null ? dotted : step.group(2).replaceAll("\\\\(.)", "$1");
            boolean map = at.type() == SchemaNode.Type.MAP;
            Optional<SchemaNode> next =
                    map ? at.items() : Optional.ofNullable(at.properties().get(name));
            if (next.isEmpty()) {
                return Optional.empty();
            }
            path.append(map ? "[" + name + "]" : "." + name);
            at = next.get();
            end = step.end();
        }
        return Optional.of(path.toString());
    }
}
