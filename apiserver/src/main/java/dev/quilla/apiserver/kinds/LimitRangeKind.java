package dev.quilla.apiserver.kinds;

import dev.quilla.model.Quantity;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.LimitRange;
import dev.quilla.model.core.v1.LimitRangeItem;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Limits of a namespace: what follows from what was said, and that it fits together. */
final class LimitRangeKind implements KindBehaviour {

    private static final Set<String> TYPES = Set.of("Container", "PersistentVolumeClaim", "Pod");

    @Override
    public Struct defaults(Struct object) {
        LimitRange range = new LimitRange(object);
        List<LimitRangeItem> items =
                range.spec().limits().stream().map(LimitRangeKind::defaults).toList();
        return range.spec().hasLimits()
                ? range.toBuilder().spec(s -> s.limits(items)).build().struct()
                : object;
    }

    /** A container that says nothing gets as much as there may be, and asks for all of it. */
    private static LimitRangeItem defaults(LimitRangeItem item) {
        if (!item.type().equals("Container")) {
            return item;
        }
        Map<String, Quantity> limits = new LinkedHashMap<>(item.max());
        limits.putAll(item.default_());
        Map<String, Quantity> requests = new LinkedHashMap<>(item.min());
        requests.putAll(limits);
        requests.putAll(item.defaultRequest());
        LimitRangeItem.Builder b = item.toBuilder();
        if (!limits.isEmpty()) {
            b.default_(limits);
        }
        return (requests.isEmpty() ? b : b.defaultRequest(requests)).build();
    }

    @Override
    public List<FieldError> validate(Struct object, Optional<Struct> before) {
        List<LimitRangeItem> items = new LimitRange(object).spec().limits();
        List<FieldError> errors = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < items.size(); i++) {
            String at = "spec.limits[" + i + "]";
            String type = items.get(i).type();
            if (!seen.add(type)) {
                errors.add(FieldError.duplicate(at + ".type", type));
            }
            check(items.get(i), at, errors);
        }
        return errors;
    }

    private static void check(LimitRangeItem item, String at, List<FieldError> errors) {
        type(item.type(), at + ".type", errors);
        if (item.type().equals("Pod")) {
            for (String field : List.of("default", "defaultRequest")) {
                if (item.struct().has(field)) {
                    errors.add(
                            FieldError.forbidden(
                                    at + "." + field, "may not be specified when `type` is 'Pod'"));
                }
            }
        }
        if (item.type().equals("PersistentVolumeClaim")
                && !item.min().containsKey("storage")
                && !item.max().containsKey("storage")) {
            errors.add(
                    FieldError.required(
                            at + ".limits",
                            "either minimum or maximum storage value is required, but neither was"
                                    + " provided"));
        }
        Bounds bounds = new Bounds(item, at, errors);
        Set<String> names = new TreeSet<>();
        for (Map<String, Quantity> amounts :
                List.of(
                        item.min(),
                        item.max(),
                        item.defaultRequest(),
                        item.default_(),
                        item.maxLimitRequestRatio())) {
            names.addAll(amounts.keySet());
        }
        names.forEach(bounds::check);
    }

    private static void type(String type, String at, List<FieldError> errors) {
        if (type.isEmpty()) {
            return; // Told already: every required text is checked for every kind.
        }
        Names.qualified(type).ifPresent(p -> errors.add(FieldError.invalid(at, type, p)));
        if (!type.contains("/") && !TYPES.contains(type)) {
            errors.add(
                    FieldError.invalid(
                            at, type, "must be a standard limit type or fully qualified"));
        }
    }

    /** What an item says of one resource: least, request, limit, most, in this order. */
    private record Bounds(LimitRangeItem item, String at, List<FieldError> errors) {

        void check(String name) {
            Map<String, Quantity> min = item.min();
            Map<String, Quantity> max = item.max();
            Map<String, Quantity> request = item.defaultRequest();
            Map<String, Quantity> limit = item.default_();
            order(name, "min", min, "min value", max, "max value");
            order(name, "defaultRequest", min, "min value", request, "default request value");
            order(name, "defaultRequest", request, "default request value", max, "max value");
            order(
                    name,
                    "defaultRequest",
                    request,
                    "default request value",
                    limit,
                    "default limit value");
            order(name, "default", min, "min value", limit, "default value");
            order(name, "default", limit, "default value", max, "max value");
            ratio(name);
        }

        private void order(
                String name,
                String field,
                Map<String, Quantity> low,
                String lowName,
                Map<String, Quantity> high,
                String highName) {
            Quantity less = low.get(name);
            Quantity more = high.get(name);
            if (less != null && more != null && less.compareTo(more) > 0) {
                errors.add(
                        FieldError.invalid(
                                at + "." + field + "[" + name + "]",
                                String.valueOf(amounts(field).get(name)),
                                "%s %s is greater than %s %s"
                                        .formatted(lowName, less, highName, more)));
            }
        }

        private Map<?, ?> amounts(String field) {
            return (Map<?, ?>) item.struct().find(field).orElseThrow();
        }

        private void ratio(String name) {
            Quantity ratio = item.maxLimitRequestRatio().get(name);
            if (ratio == null) {
                return;
            }
            String place = at + ".maxLimitRequestRatio[" + name + "]";
            if (ratio.compareTo(Quantity.of(1)) < 0) {
                errors.add(FieldError.invalid(place, ratio, "ratio " + ratio + " is less than 1"));
            }
            Quantity min = item.min().get(name);
            Quantity max = item.max().get(name);
            if (min != null && max != null && min.compareTo(Quantity.ZERO) > 0) {
                var most = max.decimal().divide(min.decimal(), MathContext.DECIMAL64);
                if (ratio.decimal().compareTo(most) > 0) {
                    errors.add(
                            FieldError.invalid(
                                    place,
                                    ratio,
                                    "ratio %s is greater than max/min = %f"
                                            .formatted(ratio, most)));
                }
            }
        }
    }
}
