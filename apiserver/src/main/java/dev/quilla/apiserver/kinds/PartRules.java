package dev.quilla.apiserver.kinds;

import dev.quilla.apiserver.kinds.FieldRules.Rule;
import dev.quilla.model.Quantity;
import dev.quilla.model.Struct;
import dev.quilla.model.validation.FieldError;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Rules between fields, and of lists and maps as a whole. Paths are those of {@link FieldRules}.
 */
final class PartRules {

    private PartRules() {}

    /** What is looked at in a part of an object. */
    interface Look {

        /**
         * Finds what is wrong.
         *
         * @param at where the part stands; empty for the whole object
         */
        void check(Struct part, String at, List<FieldError> errors);
    }

    /** Anything about each part at a path. */
    static Rule part(String path, Look look) {
        return FieldRules.find(path, (value, at, errors) -> look.check((Struct) value, at, errors));
    }

    /** A number that is not above another; what is not set is nothing. */
    static Rule notAbove(String path, String limit) {
        return (object, before, prefix, errors) -> {
            long number = number(object, path);
            if (number > number(object, limit)) {
                errors.add(
                        FieldError.invalid(
                                prefix + path, number, "cannot be greater than " + limit));
            }
        };
    }

    private static long number(Struct object, String path) {
        return object.at(path.split("\\.")).map(n -> ((Number) n).longValue()).orElse(0L);
    }

    /** Parts that have one of several fields, and no more. */
    static Rule exactlyOne(String path, String detail, String... fields) {
        return part(
                path,
                (part, at, errors) -> {
                    long set = Arrays.stream(fields).filter(part::has).count();
                    if (set == 0) {
                        errors.add(FieldError.required(at, detail));
                    } else if (set > 1) {
                        errors.add(FieldError.forbidden(at, detail));
                    }
                });
    }

    /** Lists that are not too long. */
    static Rule atMost(String path, int max) {
        return FieldRules.find(
                path,
                (value, at, errors) -> {
                    int size = ((List<?>) value).size();
                    if (size > max) {
                        errors.add(FieldError.tooMany(at, size, max));
                    }
                });
    }

    /** Lists of texts in which none stands twice. */
    static Rule noneTwice(String path) {
        return FieldRules.find(
                path,
                (value, at, errors) -> {
                    Set<Object> seen = new HashSet<>();
                    int i = 0;
                    for (Object item : (List<?>) value) {
                        if (!seen.add(item)) {
                            errors.add(FieldError.duplicate(at + "[" + i + "]", item));
                        }
                        i++;
                    }
                });
    }

    /** Amounts that are not negative, alone or by name. */
    static Rule notNegative(String path) {
        return amounts(
                path,
                amount ->
                        amount.compareTo(Quantity.ZERO) < 0
                                ? Optional.of("must be greater than or equal to 0")
                                : Optional.empty());
    }

    /** Amounts that are something, alone or by name. */
    static Rule positive(String path) {
        return amounts(
                path,
                amount ->
                        amount.compareTo(Quantity.ZERO) <= 0
                                ? Optional.of("must be greater than zero")
                                : Optional.empty());
    }

    private static Rule amounts(String path, Function<Quantity, Optional<String>> problem) {
        return FieldRules.find(
                path,
                (value, at, errors) -> {
                    if (value instanceof Map<?, ?> map) {
                        map.forEach((name, amount) ->
                                amount(amount, at + "[" + name + "]", problem, errors));
                    } else {
                        amount(value, at, problem, errors);
                    }
                });
    }

    private static void amount(
            Object amount,
            String at,
            Function<Quantity, Optional<String>> problem,
            List<FieldError> errors) {
        problem.apply((Quantity) amount)
                .ifPresent(p -> errors.add(FieldError.invalid(at, amount, p)));
    }

    /** Names of a map's entries that are of a form. */
    static Rule keys(String path, Function<String, Optional<String>> problem) {
        return FieldRules.find(
                path,
                (value, at, errors) -> {
                    for (Object key : ((Map<?, ?>) value).keySet()) {
                        problem.apply(key.toString())
                                .ifPresent(p -> errors.add(FieldError.invalid(at, key, p)));
                    }
                });
    }

    /** A field that no update may change, in other words than that it is immutable. */
    static Rule kept(String path, String detail) {
        return (object, before, prefix, errors) ->
                before.filter(b -> !b.at(path.split("\\.")).equals(object.at(path.split("\\."))))
                        .ifPresent(b -> errors.add(FieldError.forbidden(prefix + path, detail)));
    }

    /** A field that no update may change once it is set. */
    static Rule keptOnceSet(String path, String detail) {
        return (object, before, prefix, errors) ->
                before.flatMap(b -> b.at(path.split("\\.")))
                        .filter(old -> !old.equals("") && !isEmptyList(old))
                        .filter(old -> !Optional.of(old).equals(object.at(path.split("\\."))))
                        .ifPresent(old -> errors.add(FieldError.forbidden(prefix + path, detail)));
    }

    private static boolean isEmptyList(Object value) {
        return value instanceof List<?> list && list.isEmpty();
    }
}
