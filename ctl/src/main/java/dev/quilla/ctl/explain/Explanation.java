package dev.quilla.ctl.explain;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes what a kind or a field is, in the words and the form that kubectl uses. */
final class Explanation {

    private static final int WIDTH = 80;
    private static final String MARGIN = "    ";
    private static final int VALUES_SHOWN = 4;

    private final PrintStream out;

    Explanation(PrintStream out) {
        this.out = out;
    }

    /** {@code GROUP}, {@code KIND} and {@code VERSION}; no group for that of the core. */
    void printKind(String group, String kind, String version) {
        if (!group.isEmpty()) {
            out.println("GROUP:      " + group);
        }
        out.println("KIND:       " + kind);
        out.println("VERSION:    " + version);
        out.println();
    }

    /** Which field it is, and what values it may have. */
    void printField(String name, Field field) {
        out.println("FIELD: %s <%s>".formatted(name, field.type()));
        if (field.values().isEmpty()) {
            out.println();
        } else {
            out.println("ENUM:");
            field.values().forEach(v -> out.println(MARGIN + v));
        }
        out.println();
    }

    /** What it is for, and its own fields. */
    void printMeaning(Field field, boolean recursive) {
        out.println("DESCRIPTION:");
        List<String> descriptions = field.descriptions();
        (descriptions.isEmpty() ? List.of("<empty>") : descriptions).forEach(this::paragraph);
        out.println(MARGIN);
        if (!field.fields().isEmpty()) {
            out.println("FIELDS:");
            if (recursive) {
                Set<String> inside = new HashSet<>();
                field.definition().ifPresent(inside::add);
                printNames(field, "  ", inside);
            } else {
                printFields(field);
            }
        }
        out.println();
    }

    private void printFields(Field of) {
        for (Map.Entry<String, Field> entry : of.fields().entrySet()) {
            Field field = entry.getValue();
            out.println("  " + line(of, entry));
            printValues(field, "  ");
            paragraph(field.own().textOr("<no description>", "description"));
            out.println();
        }
    }

    /** Names alone, however deep; a type inside itself is not gone into again. */
    private void printNames(Field of, String margin, Set<String> inside) {
        for (Map.Entry<String, Field> entry : of.fields().entrySet()) {
            Field field = entry.getValue();
            out.println(margin + line(of, entry));
            printValues(field, margin);
            String definition = field.definition().orElse("");
            if (definition.isEmpty() || inside.add(definition)) {
                printNames(field, margin + "  ", inside);
                inside.remove(definition);
            }
        }
    }

    private static String line(Field of, Map.Entry<String, Field> entry) {
        return "%s\t<%s>%s"
                .formatted(
                        entry.getKey(),
                        entry.getValue().type(),
                        of.requires(entry.getKey()) ? " -required-" : "");
    }

    private void printValues(Field field, String margin) {
        List<String> values = field.values();
        if (!values.isEmpty()) {
            List<String> shown =
                    new ArrayList<>(values.subList(0, Math.min(VALUES_SHOWN, values.size())));
            if (values.size() > VALUES_SHOWN) {
                shown.add("....");
            }
            out.println(margin + "enum: " + String.join(", ", shown));
        }
    }

    /** Wrapped between words; lines of the text's own stay. */
    private void paragraph(String text) {
        for (String line : text.split("\n", -1)) {
            StringBuilder row = new StringBuilder();
            for (String word : line.split(" ", -1)) {
                boolean fits = MARGIN.length() + row.length() + 1 + word.length() <= WIDTH;
                if (!row.isEmpty() && !fits) {
                    out.println(MARGIN + row.toString().stripTrailing());
                    row.setLength(0);
                    row.append(word);
                } else {
                    row.append(row.isEmpty() ? "" : " ").append(word);
                }
            }
            out.println(MARGIN + row.toString().stripTrailing());
        }
    }
}
