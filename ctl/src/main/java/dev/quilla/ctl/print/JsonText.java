package dev.quilla.ctl.print;

import dev.quilla.model.codec.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** JSON for people: keys sorted, four spaces a level. */
public final class JsonText {

    private static final String STEP = "    ";

    private final StringBuilder text = new StringBuilder();

    private JsonText() {}

    /** A value over several lines. */
    public static String of(@Nullable Object value) {
        JsonText json = new JsonText();
        json.write(value, "\n");
        return json.text.toString();
    }

    /** A value on one line. */
    public static String compact(@Nullable Object value) {
        return new String(JsonTree.write(sorted(value)), StandardCharsets.UTF_8);
    }

    /** The same value with all keys sorted. */
    public static @Nullable Object sorted(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> sorted = new TreeMap<>();
                map.forEach((k, v) -> sorted.put(String.valueOf(k), sorted(v)));
                yield sorted;
            }
            case List<?> list -> {
                List<@Nullable Object> items = new java.util.ArrayList<>(list.size());
                list.forEach(item -> items.add(sorted(item)));
                yield items;
            }
            case null -> null;
            default -> value;
        };
    }

    private void write(@Nullable Object value, String newLine) {
        switch (value) {
            case Map<?, ?> map when !map.isEmpty() -> {
                Map<String, @Nullable Object> members = new TreeMap<>();
                map.forEach((k, v) -> members.put(String.valueOf(k), v));
                members(members, newLine);
            }
            case List<?> list when !list.isEmpty() -> items(list, newLine);
            case null -> text.append("null");
            default -> text.append(compact(value));
        }
    }

    private void members(Map<String, @Nullable Object> members, String newLine) {
        String separator = "{";
        for (Map.Entry<String, @Nullable Object> member : members.entrySet()) {
            text.append(separator).append(newLine).append(STEP);
            text.append(compact(member.getKey())).append(": ");
            write(member.getValue(), newLine + STEP);
            separator = ",";
        }
        text.append(newLine).append('}');
    }

    private void items(List<?> items, String newLine) {
        String separator = "[";
        for (Object item : items) {
            text.append(separator).append(newLine).append(STEP);
            write(item, newLine + STEP);
            separator = ",";
        }
        text.append(newLine).append(']');
    }
}
