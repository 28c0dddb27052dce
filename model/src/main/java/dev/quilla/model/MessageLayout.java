package dev.quilla.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A protobuf message, as numbers and what they stand for. A message may contain messages that JSON
 * doesn't show, whose fields are those of the struct itself. Immutable.
 */
public final class MessageLayout {

    /** What a number stands for. */
    public sealed interface Part {

        /** The number. */
        int number();
    }

    /** A field of the struct. */
    public record Value(int number, Field field, Field.Wire wire) implements Part {}

    /** A message whose fields are the struct's. */
    public record Inline(int number, MessageLayout layout) implements Part {}

    /** The envelope carries these; parts of objects lose them. */
    private static final Set<String> OUTSIDE = Set.of("apiVersion", "kind");

    private final List<Part> parts;
    private final @Nullable Part[] byNumber;

    private MessageLayout(List<Part> parts) {
        this.parts = parts.stream().sorted(Comparator.comparingInt(Part::number)).toList();
        int last = this.parts.isEmpty() ? 0 : this.parts.getLast().number();
        byNumber = new @Nullable Part[last + 1];
        parts.forEach(p -> byNumber[p.number()] = p);
    }

    /** The layout of a struct with these fields; empty if one of them has no number. */
    static Optional<MessageLayout> of(List<Field> fields) {
        boolean complete =
                fields.stream().allMatch(f -> f.wire().isPresent() || OUTSIDE.contains(f.name()));
        return complete ? Optional.of(at(0, fields)) : Optional.empty();
    }

    private static MessageLayout at(int depth, List<Field> fields) {
        List<Part> parts = new ArrayList<>();
        TreeMap<Integer, List<Field>> inner = new TreeMap<>();
        for (Field field : fields) {
            if (field.wire().isEmpty()) {
                continue;
            }
            Field.Wire wire = field.wire().get();
            int number = wire.numbers().get(depth);
            if (wire.numbers().size() == depth + 1) {
                parts.add(new Value(number, field, wire));
            } else {
                inner.computeIfAbsent(number, n -> new ArrayList<>()).add(field);
            }
        }
        inner.forEach((number, group) -> parts.add(new Inline(number, at(depth + 1, group))));
        return new MessageLayout(parts);
    }

    /** Its parts, by ascending number. */
    public List<Part> parts() {
        return parts;
    }

    /** The part with that number, or null. */
    public @Nullable Part part(int number) {
        return number < byNumber.length ? byNumber[number] : null;
    }
}
