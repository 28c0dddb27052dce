package dev.quilla.apiserver.kinds;

import dev.quilla.model.IntOrString;
import dev.quilla.model.Struct;
import dev.quilla.model.meta.v1.LabelSelector;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Rules of single fields, as a table: a path, and what must hold of what is there. A path leads
 * from struct to struct; a part that ends in {@code []} stands for each item of a list. What is not
 * set breaks no rule but the one that it must be set, unless a server always writes it: then it is
 * looked at as what is written. Immutable.
 */
final class FieldRules {

    /** No rules. */
    static final FieldRules NONE = new FieldRules(List.of());

    private static final long PORT_MAX = 65535;

    private final List<Rule> rules;

    private FieldRules(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    static FieldRules of(Rule... rules) {
        return new FieldRules(List.of(rules));
    }

    /** A rule: finds what is wrong in an object. */
    interface Rule {
        void check(Struct object, Optional<Struct> before, String prefix, List<FieldError> errors);
    }

    /** What is wrong with an object. */
    List<FieldError> check(Struct object, Optional<Struct> before) {
        return check(object, before, "");
    }

    /** What is wrong with a part of an object that stands at a path, such as {@code spec}. */
    List<FieldError> check(Struct part, Optional<Struct> before, String prefix) {
        List<FieldError> errors = new ArrayList<>();
        rules.forEach(r -> r.check(part, before, prefix.isEmpty() ? "" : prefix + ".", errors));
        return errors;
    }

    /** A number that is not below another. */
    static Rule atLeast(String path, long least) {
        String detail =
                least == 1
                        ? "must be greater than zero"
                        : "must be greater than or equal to " + least;
        return each(path, value -> number(value) < least ? Optional.of(detail) : Optional.empty());
    }

    /** A number in a range. */
    static Rule between(String path, long least, long most) {
        String detail = "must be between %d and %d, inclusive".formatted(least, most);
        return each(
                path,
                value ->
                        number(value) < least || number(value) > most
                                ? Optional.of(detail)
                                : Optional.empty());
    }

    /** A port's number. */
    static Rule port(String path) {
        return between(path, 1, PORT_MAX);
    }

    /** A whole number that is not negative, or a percentage. */
    static Rule amount(String path) {
        return each(
                path,
                value ->
                        ((IntOrString) value)
                                .asInt().stream()
                                        .mapToObj(n ->
                                                n < 0 ? "must be greater than or equal to 0" : "")
                                        .findFirst()
                                        .or(() ->
                                                Optional.of(
                                                        value.toString().matches("[0-9]+%")
                                                                ? ""
                                                                : "must be an integer or percentage"
                                                                        + " (e.g '5%')"))
                                        .filter(detail -> !detail.isEmpty()));
    }

    /** A text of a form. */
    static Rule text(String path, Function<String, Optional<String>> problem) {
        return each(
                path,
                value -> value.equals("") ? Optional.empty() : problem.apply(value.toString()));
    }

    /** A text that is one of a few. */
    static Rule oneOf(String path, String... allowed) {
        List<String> values = List.of(allowed);
        return visit(
                path,
                (value, at) ->
                        value.equals("") || values.contains(value.toString())
                                ? Optional.empty()
                                : Optional.of(FieldError.notSupported(at, value, values)));
    }

    /** Labels. */
    static Rule labels(String path) {
        return find(path, (value, at, errors) -> errors.addAll(Names.labels(strings(value), at)));
    }

    /** A label selector. */
    static Rule selector(String path) {
        return find(
                path,
                (value, at, errors) ->
                        errors.addAll(SelectorRules.check(new LabelSelector((Struct) value), at)));
    }

    /** A field that must be there. */
    static Rule required(String path, String detail) {
        int dot = path.lastIndexOf('.');
        String field = path.substring(dot + 1);
        return find(
                dot < 0 ? "" : path.substring(0, dot),
                (value, at, errors) -> {
                    Object inner = ((Struct) value).find(field).orElse("");
                    boolean empty = inner.equals("") || inner instanceof List<?> l && l.isEmpty();
                    if (empty) {
                        String place = at.isEmpty() ? field : at + "." + field;
                        errors.add(FieldError.required(place, detail));
                    }
                });
    }

    /** A field that stays as it was made. */
    static Rule immutable(String path) {
        return (object, before, prefix, errors) ->
                before.ifPresent(b -> {
                    String[] parts = path.split("\\.");
                    Optional<Object> now = object.at(parts);
                    if (!now.equals(b.at(parts))) {
                        errors.add(
                                FieldError.invalid(
                                        prefix + path, now.orElse("null"), "field is immutable"));
                    }
                });
    }

    /** Items of a list that are told apart by a field. */
    static Rule unique(String list, String field) {
        return find(
                list,
                (value, at, errors) -> {
                    List<Object> seen = new ArrayList<>();
                    int i = 0;
                    for (Object item : (List<?>) value) {
                        Object id = ((Struct) item).find(field).orElse("");
                        if (!id.equals("") && seen.contains(id)) {
                            errors.add(
                                    FieldError.duplicate("%s[%d].%s".formatted(at, i, field), id));
                        }
                        seen.add(id);
                        i++;
                    }
                });
    }

    private static Rule each(String path, Function<Object, Optional<String>> problem) {
        return visit(
                path,
                (value, at) ->
                        problem.apply(value).map(detail -> FieldError.invalid(at, value, detail)));
    }

    private interface Visitor {
        Optional<FieldError> problem(Object value, String at);
    }

    private static Rule visit(String path, Visitor visitor) {
        return find(path, (value, at, errors) -> visitor.problem(value, at).ifPresent(errors::add));
    }

    /** Looks for what is wrong with a value. */
    interface Finder {

        /**
         * Finds it.
         *
         * @param at where the value stands; empty for the whole object
         */
        void find(Object value, String at, List<FieldError> errors);
    }

    /** Anything about each value at a path; the empty path leads to the struct itself. */
    static Rule find(String path, Finder finder) {
        FieldPath parts = FieldPath.of(path);
        return (object, before, prefix, errors) -> parts.walk(object, prefix, finder, errors);
    }

    private static long number(Object value) {
        return ((Number) value).longValue();
    }

    @SuppressWarnings("unchecked") // the schema says that it is a map of texts
    private static Map<String, String> strings(Object value) {
        return (Map<String, String>) value;
    }
}
