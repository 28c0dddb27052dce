package dev.quilla.apiserver.quota;

import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.Ledger;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.GroupResource;
import dev.quilla.model.Quantity;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.ResourceQuota;
import dev.quilla.store.Amounts;
import dev.quilla.store.Key;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A quota, as far as objects are measured by it.
 *
 * @param object as it is in the store
 */
record Quota(ResourceQuota object) {

    /** Where its objects' use is counted. */
    Key counter() {
        return Keys.quotaUsage(object.key());
    }

    Amounts limits() {
        return Units.of(object.spec().hard());
    }

    /** What an object uses of what is limited. */
    Map<String, Quantity> share(GroupResource resource, Optional<Struct> used) {
        Map<String, Quantity> share = new TreeMap<>();
        used.filter(o -> QuotaScopes.match(object.spec(), resource, o))
                .ifPresent(o -> share.putAll(Usage.of(resource, o)));
        share.keySet().retainAll(object.spec().hard().keySet());
        return share;
    }

    /** What a change adds; nothing for a change that is none to this quota. */
    Amounts added(Ledger.Change change) {
        Map<String, Long> added = new TreeMap<>();
        share(change.resource(), change.after())
                .forEach((name, amount) -> added.put(name, Units.of(name, amount)));
        share(change.resource(), change.before())
                .forEach((name, amount) -> added.merge(name, -Units.of(name, amount), Long::sum));
        added.values().removeIf(amount -> amount == 0);
        return Amounts.of(added);
    }

    /**
     * Pods must say how much they need of what is limited.
     *
     * @throws ApiException if one doesn't
     */
    void checkSpecified(Ledger.Change change) {
        if (!change.resource().equals(Usage.PODS)) {
            return;
        }
        change.after()
                .filter(o -> QuotaScopes.match(object.spec(), change.resource(), o))
                .map(o -> PodUsage.missing(new Pod(o), object.spec().hard().keySet()))
                .filter(missing -> !missing.isEmpty())
                .ifPresent(missing -> {
                    throw ApiErrors.forbidden(
                            change.resource(),
                            change.key().name(),
                            "failed quota: " + object.name() + ": must specify " + missing);
                });
    }

    /** What the client is told whose change takes the counter beyond its limit. */
    ApiException exceeded(Ledger.Change change, Amounts current) {
        Amounts added = added(change);
        Amounts limits = limits();
        List<String> names =
                added.byName().keySet().stream()
                        .filter(n -> {
                            Amounts one = Amounts.of(Map.of(n, added.of(n)));
                            return current.wouldExceed(one, limits);
                        })
                        .toList();
        return ApiErrors.forbidden(
                change.resource(),
                change.key().name(),
                "exceeded quota: %s, requested: %s, used: %s, limited: %s"
                        .formatted(
                                object.name(),
                                list(names, n -> quantity(n, added)),
                                list(names, n -> quantity(n, current)),
                                list(names, n -> hard(n).toString())));
    }

    /** The use of everything that is limited. */
    Map<String, Quantity> used(Amounts counted) {
        Map<String, Quantity> used = new TreeMap<>();
        object.spec()
                .hard()
                .forEach((name, hard) ->
                        used.put(name, Units.quantity(name, counted.of(name), hard)));
        return used;
    }

    private String quantity(String name, Amounts amounts) {
        return Units.quantity(name, amounts.of(name), hard(name)).toString();
    }

    private Quantity hard(String name) {
        return object.spec().hard().getOrDefault(name, Quantity.ZERO);
    }

    private static String list(List<String> names, Function<String, String> amount) {
        return names.stream()
                .map(name -> name + "=" + amount.apply(name))
                .collect(Collectors.joining(","));
    }
}
