package dev.quilla.apiserver.admission;

import dev.quilla.model.Quantity;
import dev.quilla.model.core.v1.LimitRangeItem;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which rules of a limit range amounts break, in Kubernetes' words. */
final class LimitRules {

    /** A claim for a volume has no limits, only a size. */
    private static final String CLAIM = "PersistentVolumeClaim";

    private LimitRules() {}

    static List<String> broken(
            LimitRangeItem item, Map<String, Quantity> requests, Map<String, Quantity> limits) {
        List<String> broken = new ArrayList<>();
        new TreeMap<>(item.min())
                .forEach((name, least) ->
                        below(item.type(), name, least, requests.get(name), limits.get(name))
                                .ifPresent(broken::add));
        new TreeMap<>(item.max())
                .forEach((name, most) ->
                        above(item.type(), name, most, requests.get(name), limits.get(name))
                                .ifPresent(broken::add));
        new TreeMap<>(item.maxLimitRequestRatio())
                .forEach((name, most) ->
                        apart(item.type(), name, most, requests.get(name), limits.get(name))
                                .ifPresent(broken::add));
        return broken;
    }

    private static Optional<String> below(
            String type,
            String name,
            Quantity least,
            @Nullable Quantity request,
            @Nullable Quantity limit) {
        String rule = "minimum %s usage per %s is %s".formatted(name, type, least);
        if (request == null) {
            return Optional.of(rule + ".  No request is specified");
        }
        if (request.compareTo(least) < 0) {
            return Optional.of(rule + ", but request is " + request);
        }
        return limit != null && limit.compareTo(least) < 0
                ? Optional.of(rule + ", but limit is " + limit)
                : Optional.empty();
    }

    private static Optional<String> above(
            String type,
            String name,
            Quantity most,
            @Nullable Quantity request,
            @Nullable Quantity limit) {
        String rule = "maximum %s usage per %s is %s".formatted(name, type, most);
        if (limit == null && !type.equals(CLAIM)) {
            return Optional.of(rule + ".  No limit is specified");
        }
        if (limit != null && limit.compareTo(most) > 0) {
            return Optional.of(rule + ", but limit is " + limit);
        }
        return request != null && request.compareTo(most) > 0
                ? Optional.of(rule + ", but request is " + request)
                : Optional.empty();
    }

    private static Optional<String> apart(
            String type,
            String name,
            Quantity most,
            @Nullable Quantity request,
            @Nullable Quantity limit) {
        String rule = "%s max limit to request ratio per %s is %s".formatted(name, type, most);
        if (request == null || request.isZero()) {
            return Optional.of(rule + ", but no request is specified or request is 0");
        }
        if (limit == null || limit.isZero()) {
            return Optional.of(rule + ", but no limit is specified or limit is 0");
        }
        double ratio =
                limit.decimal().divide(request.decimal(), MathContext.DECIMAL64).doubleValue();
        return ratio > most.decimal().doubleValue()
                ? Optional.of("%s, but provided ratio is %f".formatted(rule, ratio))
                : Optional.empty();
    }
}
