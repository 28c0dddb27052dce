package dev.quilla.apiserver.kinds;

import dev.quilla.model.Quantity;
import dev.quilla.model.core.v1.ResourceRequirements;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How much containers may ask for and get. */
final class AmountRules {

    private static final String PAGES = "hugepages-";
    private static final Set<String> STANDARD = Set.of("cpu", "memory", "ephemeral-storage");

    private AmountRules() {}

    /**
     * What a container asks for.
     *
     * @param claims the pod's claims on devices, by name
     */
    static void container(
            ResourceRequirements resources,
            Set<String> claims,
            String at,
            List<FieldError> errors) {
        names(resources.limits(), at + ".limits", errors);
        names(resources.requests(), at + ".requests", errors);
        pair(resources, at, errors);
        pages(resources, at, errors);
        claims(resources, claims, at + ".claims", errors);
    }

    /** What is asked for is no more than what is given. */
    static void pair(ResourceRequirements resources, String at, List<FieldError> errors) {
        Map<String, Quantity> limits = resources.limits();
        notNegative(limits, at + ".limits", errors);
        notNegative(resources.requests(), at + ".requests", errors);
        resources
                .requests()
                .forEach((name, amount) -> {
                    Quantity limit = limits.get(name);
                    if (limit != null && isWhole(name) && amount.compareTo(limit) != 0) {
                        errors.add(
                                FieldError.invalid(
                                        at + ".requests",
                                        amount,
                                        "must be equal to " + name + " limit of " + limit));
                    } else if (limit != null && amount.compareTo(limit) > 0) {
                        errors.add(
                                FieldError.invalid(
                                        at + ".requests",
                                        amount,
                                        "must be less than or equal to "
                                                + name
                                                + " limit of "
                                                + limit));
                    } else if (limit == null && isWhole(name)) {
                        errors.add(
                                FieldError.required(
                                        at + ".limits",
                                        "Limit must be set for non overcommitable resources"));
                    }
                });
    }

    private static void notNegative(
            Map<String, Quantity> amounts, String at, List<FieldError> errors) {
        amounts.forEach((name, amount) -> {
            if (amount.compareTo(Quantity.ZERO) < 0) {
                errors.add(
                        FieldError.invalid(
                                at + "[" + name + "]",
                                amount,
                                "must be greater than or equal to 0"));
            }
        });
    }

    private static void names(Map<String, Quantity> amounts, String at, List<FieldError> errors) {
        amounts.forEach((name, amount) -> {
            String place = at + "[" + name + "]";
            Names.qualified(name).ifPresent(p -> errors.add(FieldError.invalid(place, name, p)));
            if (!name.contains("/") && !STANDARD.contains(name) && !name.startsWith(PAGES)) {
                errors.add(
                        FieldError.invalid(
                                place,
                                name,
                                "must be a standard resource type or fully qualified"));
                errors.add(
                        FieldError.invalid(
                                place, name, "must be a standard resource for containers"));
            }
            if (isExtended(name) && amount.decimal().stripTrailingZeros().scale() > 0) {
                errors.add(FieldError.invalid(place, amount, "must be an integer"));
            }
        });
    }

    /** Memory of such pages comes beside processors or other memory. */
    private static void pages(ResourceRequirements resources, String at, List<FieldError> errors) {
        Set<String> all = new HashSet<>(resources.limits().keySet());
        all.addAll(resources.requests().keySet());
        boolean alone =
                all.stream().anyMatch(name -> name.startsWith(PAGES))
                        && !all.contains("cpu")
                        && !all.contains("memory");
        if (alone) {
            errors.add(FieldError.forbidden(at, "HugePages require cpu or memory"));
        }
    }

    private static void claims(
            ResourceRequirements resources, Set<String> known, String at, List<FieldError> errors) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < resources.claims().size(); i++) {
            var claim = resources.claims().get(i);
            String place = at + "[" + i + "]";
            if (!known.contains(claim.name())) {
                errors.add(
                        new FieldError(
                                FieldError.Type.NOT_FOUND,
                                place + ".name",
                                "\"" + claim.name() + "\"",
                                ""));
            }
            if (!seen.add(claim.name() + "/" + claim.request())) {
                errors.add(FieldError.duplicate(place, claim.name()));
            }
        }
    }

    /** Whether something is had as a whole or not at all. */
    private static boolean isWhole(String name) {
        return isExtended(name) || name.startsWith(PAGES);
    }

    private static boolean isExtended(String name) {
        return name.contains("/") && !name.contains("kubernetes.io/");
    }
}
