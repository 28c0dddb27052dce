package dev.quilla.apiserver.kinds;

import dev.quilla.model.Struct;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A kind that does no more than fill what the user left out, as a table: a path, and what stands
 * there unless something else does. A path leads from struct to struct; a part that ends in {@code
 * []} stands for each item of a list. A struct that is not there is not made for its fields' sake.
 */
final class DefaultedKind implements KindBehaviour {

    /** The kinds of volumes that begin as ones nobody has. */
    static final String PHASE = "Pending";

    private final List<UnaryOperator<Struct>> defaults;
    private final boolean phased;
    private final UnaryOperator<Struct> made;

    private DefaultedKind(
            List<UnaryOperator<Struct>> defaults, boolean phased, UnaryOperator<Struct> made) {
        this.defaults = List.copyOf(defaults);
        this.phased = phased;
        this.made = made;
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    static DefaultedKind of(UnaryOperator<Struct>... defaults) {
        return new DefaultedKind(List.of(defaults), false, UnaryOperator.identity());
    }

    /** The same, whose new objects are in the phase {@code Pending}. */
    DefaultedKind pendingAtFirst() {
        return new DefaultedKind(defaults, true, made);
    }

    /** The same, of which the cluster completes new and changed objects. */
    DefaultedKind made(UnaryOperator<Struct> change) {
        return new DefaultedKind(defaults, phased, change);
    }

    /** What stands in a field unless something else does. */
    static UnaryOperator<Struct> set(String path, Object value) {
        List<String> parts = List.of(path.split("\\."));
        return object -> filled(object, parts, s -> true, value);
    }

    /** As {@link #set}, where a field beside it has a value. */
    static UnaryOperator<Struct> setWhere(String path, Object value, String beside, Object is) {
        List<String> parts = List.of(path.split("\\."));
        return object -> filled(object, parts, s -> s.find(beside).equals(Optional.of(is)), value);
    }

    private static Struct filled(
            Struct object, List<String> path, Predicate<Struct> where, Object value) {
        String part = path.getFirst();
        if (path.size() == 1) {
            return object.has(part) || !where.test(object) ? object : object.with(part, value);
        }
        List<String> rest = path.subList(1, path.size());
        String name = part.endsWith("[]") ? part.substring(0, part.length() - 2) : part;
        Object inner = object.find(name).orElse("");
        return switch (inner) {
            case Struct struct -> object.with(name, filled(struct, rest, where, value));
            case List<?> list -> {
                List<Object> items = new ArrayList<>();
                list.forEach(item -> items.add(filled((Struct) item, rest, where, value)));
                yield object.with(name, items);
            }
            default -> object;
        };
    }

    @Override
    public Struct defaults(Struct object) {
        Struct result = object;
        for (UnaryOperator<Struct> one : defaults) {
            result = one.apply(result);
        }
        return result;
    }

    @Override
    public Struct beforeCreate(Struct object) {
        Struct complete = made.apply(object);
        return phased ? complete.withAt(PHASE, "status", "phase") : complete;
    }

    @Override
    public Struct beforeUpdate(Struct before, Struct object) {
        return made.apply(object);
    }
}
