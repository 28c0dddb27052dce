package dev.quilla.ctl.describe;

import dev.quilla.ctl.cluster.Tree;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Tells of any object: all its fields as they are, under readable titles. */
final class AnyDescription implements Description {

    private static final Set<String> HIDDEN =
            Set.of("managedFields", "labels", "annotations", "name", "namespace");

    @Override
    public void tell(Tree object, Sheet sheet) {
        Description.head(object, sheet);
        Description.marks(object, sheet);
        sheet.line("API Version", object.text("apiVersion"));
        sheet.line("Kind", object.text("kind"));
        new TreeMap<>(object.fields())
                .forEach((name, value) -> {
                    if (!name.equals("apiVersion") && !name.equals("kind")) {
                        field(name, value, name.equals("metadata"), sheet);
                    }
                });
    }

    private static void field(String name, @Nullable Object value, boolean metadata, Sheet sheet) {
        switch (value) {
            case Map<?, ?> map -> {
                Sheet inner = sheet.inner(title(name));
                map.forEach((key, item) -> {
                    if (!metadata || !HIDDEN.contains(String.valueOf(key))) {
                        field(String.valueOf(key), item, false, inner);
                    }
                });
            }
            case List<?> list -> list(name, list, sheet);
            case null -> sheet.line(title(name), "<none>");
            default -> sheet.line(title(name), String.valueOf(value).replace("\n", "\\n"));
        }
    }

    private static void list(String name, List<?> list, Sheet sheet) {
        if (list.stream().noneMatch(item -> item instanceof Map<?, ?>)) {
            sheet.lines(title(name), list.stream().map(String::valueOf).toList());
            return;
        }
        Sheet inner = sheet.inner(title(name));
        for (Object item : list) {
            if (item instanceof Map<?, ?> map) {
                map.forEach((key, value) -> field(String.valueOf(key), value, false, inner));
            }
        }
    }

    /** {@code restartPolicy} becomes {@code Restart Policy}; what is no name stays. */
    static String title(String name) {
        if (!name.matches("[a-z][A-Za-z0-9]*")) {
            return name;
        }
        String spaced = name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ");
        return Character.toUpperCase(spaced.charAt(0)) + spaced.substring(1);
    }
}
