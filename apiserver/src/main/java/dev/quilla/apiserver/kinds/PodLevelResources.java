package dev.quilla.apiserver.kinds;

import dev.quilla.apiserver.admission.PodAmounts;
import dev.quilla.model.Quantity;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.core.v1.ResourceRequirements;
import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a pod asks for as a whole ({@code spec.resources}), beside what its containers ask for: what
 * follows from what it leaves out, and how the two fit together.
 */
final class PodLevelResources {

    private static final String PAGES = "hugepages-";
    private static final List<String> SUPPORTED = List.of("cpu", PAGES, "memory");

    private PodLevelResources() {}

    /** Whether a pod says anything of itself; an empty struct says nothing. */
    static boolean areSet(PodSpec spec) {
        ResourceRequirements own = spec.resources();
        return !own.requests().isEmpty() || !own.limits().isEmpty();
    }

    /** Requests that are left out are what the containers request together, or else the limits. */
    static PodSpec defaults(PodSpec spec) {
        if (!areSet(spec)) {
            return spec;
        }
        Map<String, Quantity> requests = new TreeMap<>(spec.resources().requests());
        ofContainers(spec)
                .forEach((name, amount) -> {
                    if (isSupported(name) && !name.startsWith(PAGES)) {
                        requests.putIfAbsent(name, amount);
                    }
                });
        spec.resources()
                .limits()
                .forEach((name, amount) -> {
                    if (isSupported(name)) {
                        requests.putIfAbsent(name, amount);
                    }
                });
        return spec.toBuilder().resources(r -> r.requests(requests)).build();
    }

    private static Map<String, Quantity> ofContainers(PodSpec spec) {
        return PodAmounts.requests(spec.toBuilder().clearResources().clearOverhead().build());
    }

    private static boolean isSupported(String name) {
        return SUPPORTED.contains(name) || name.startsWith(PAGES);
    }

    /** What is wrong with them, where the pod's specification stands at a path. */
    static List<FieldError> check(PodSpec spec, String at) {
        if (!areSet(spec)) {
            return List.of();
        }
        List<FieldError> errors = new ArrayList<>();
        ResourceRequirements own = spec.resources();
        supported(own.limits(), at + ".resources.limits", errors);
        supported(own.requests(), at + ".resources.requests", errors);
        Map<String, Quantity> together = ofContainers(spec);
        own.requests()
                .forEach((name, amount) -> {
                    Quantity needed = together.get(name);
                    if (needed != null && amount.compareTo(needed) < 0) {
                        errors.add(
                                FieldError.invalid(
                                        at + ".resources.requests[" + name + "]",
                                        amount,
                                        "must be greater than or equal to aggregate container"
                                                + " requests of "
                                                + needed));
                    }
                });
        limits(own, spec.containers(), at + ".containers", errors);
        limits(own, spec.initContainers(), at + ".initContainers", errors);
        return errors;
    }

    private static void supported(
            Map<String, Quantity> amounts, String at, List<FieldError> errors) {
        amounts.keySet().stream()
                .filter(name -> !isSupported(name))
                .sorted()
                .forEach(name ->
                        errors.add(
                                FieldError.notSupported(at + "[" + name + "]", name, SUPPORTED)));
    }

    private static void limits(
            ResourceRequirements own,
            List<Container> containers,
            String at,
            List<FieldError> errors) {
        for (int i = 0; i < containers.size(); i++) {
            String place = at + "[" + i + "].resources.limits";
            containers
                    .get(i)
                    .resources()
                    .limits()
                    .forEach((name, amount) -> {
                        Quantity most = own.limits().get(name);
                        if (most != null && amount.compareTo(most) > 0) {
                            errors.add(
                                    FieldError.invalid(
                                            place + "[" + name + "]",
                                            amount,
                                            "must be less than or equal to pod limits of " + most));
                        }
                    });
        }
    }
}
