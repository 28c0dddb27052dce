package dev.quilla.apiserver.kinds;

import static dev.quilla.apiserver.kinds.FieldRules.atLeast;
import static dev.quilla.apiserver.kinds.FieldRules.immutable;
import static dev.quilla.apiserver.kinds.FieldRules.required;
import static dev.quilla.apiserver.kinds.FieldRules.text;
import static dev.quilla.apiserver.kinds.FieldRules.unique;
import static dev.quilla.apiserver.kinds.PartRules.atMost;
import static dev.quilla.apiserver.kinds.PartRules.exactlyOne;
import static dev.quilla.apiserver.kinds.PartRules.part;

import dev.quilla.apiserver.kinds.FieldRules.Rule;
import dev.quilla.model.Struct;
import dev.quilla.model.resource.v1.DeviceClaim;
import dev.quilla.model.resource.v1.DeviceRequest;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The part of {@link KindRules} about devices: who has them, and who wants them. */
final class DeviceRules {

    private static final int REQUESTS_MAX = 32;
    private static final int ALTERNATIVES_MAX = 8;
    private static final int DEVICES_MAX = 128;
    private static final int RESERVED_MAX = 256;

    static final Map<String, FieldRules> BY_RESOURCE =
            Map.of(
                    "resourceclaims.resource.k8s.io",
                    claim("spec.devices"),
                    "resourceclaimtemplates.resource.k8s.io",
                    claim("spec.spec.devices"),
                    "deviceclasses.resource.k8s.io",
                    FieldRules.of(
                            atMost("spec.selectors", REQUESTS_MAX),
                            required("spec.selectors[].cel", ""),
                            required("spec.selectors[].cel.expression", ""),
                            atMost("spec.config", REQUESTS_MAX),
                            required("spec.config[].opaque", "exactly one driver-specific config"),
                            text("spec.config[].opaque.driver", FormRules::driver),
                            text("spec.extendedResourceName", Names::qualified)),
                    "resourceslices.resource.k8s.io",
                    FieldRules.of(
                            text("spec.driver", FormRules::driver),
                            text("spec.pool.name", DeviceRules::pool),
                            atLeast("spec.pool.generation", 0),
                            atLeast("spec.pool.resourceSliceCount", 1),
                            part("spec", DeviceRules::nodes),
                            text("spec.nodeName", Names::subdomain),
                            part("spec.nodeSelector", NodeSelectorRules::selector),
                            atMost("spec.devices", DEVICES_MAX),
                            required("spec.devices[].name", ""),
                            text("spec.devices[].name", Names::label),
                            unique("spec.devices", "name"),
                            text("spec.sharedCounters[].name", Names::label),
                            unique("spec.sharedCounters", "name"),
                            text("spec.devices[].taints[].key", Names::qualified),
                            text("spec.devices[].taints[].value", Names::labelValue),
                            immutable("spec.driver"),
                            immutable("spec.pool.name"),
                            immutable("spec.nodeName")));

    private DeviceRules() {}

    private static FieldRules claim(String at) {
        List<Rule> rules = new ArrayList<>();
        rules.add(immutable("spec"));
        rules.add(atMost(at + ".requests", REQUESTS_MAX));
        rules.add(required(at + ".requests[].name", ""));
        rules.add(text(at + ".requests[].name", Names::label));
        rules.add(unique(at + ".requests", "name"));
        rules.add(
                exactlyOne(
                        at + ".requests[]",
                        "exactly one of `exactly` or `firstAvailable` is required",
                        "exactly",
                        "firstAvailable"));
        rules.add(atMost(at + ".requests[].firstAvailable", ALTERNATIVES_MAX));
        rules.add(text(at + ".requests[].firstAvailable[].name", Names::label));
        rules.add(unique(at + ".requests[].firstAvailable", "name"));
        for (String request : List.of(".requests[].exactly", ".requests[].firstAvailable[]")) {
            rules.add(required(at + request + ".deviceClassName", ""));
            rules.add(text(at + request + ".deviceClassName", Names::subdomain));
            rules.add(part(at + request, DeviceRules::count));
            rules.add(atMost(at + request + ".selectors", REQUESTS_MAX));
            rules.add(required(at + request + ".selectors[].cel", ""));
        }
        rules.add(atMost(at + ".constraints", REQUESTS_MAX));
        rules.add(atMost(at + ".config", REQUESTS_MAX));
        rules.add(required(at + ".config[].opaque", ""));
        rules.add(text(at + ".config[].opaque.driver", FormRules::driver));
        rules.add(part(at, DeviceRules::references));
        rules.add(atMost("status.reservedFor", RESERVED_MAX));
        return FieldRules.of(rules.toArray(Rule[]::new));
    }

    /** So many devices, or all. */
    private static void count(Struct request, String at, List<FieldError> errors) {
        String mode = request.text("allocationMode");
        long count = request.find("count").map(n -> ((Number) n).longValue()).orElse(0L);
        switch (mode) {
            case "ExactCount" -> {
                if (count < 1) {
                    errors.add(
                            FieldError.invalid(at + ".count", count, "must be greater than zero"));
                }
            }
            case "All" -> {
                if (count != 0) {
                    errors.add(
                            FieldError.invalid(
                                    at + ".count",
                                    count,
                                    "must not be specified when allocationMode is 'All'"));
                }
            }
            default ->
                    errors.add(
                            FieldError.notSupported(
                                    at + ".allocationMode", mode, List.of("All", "ExactCount")));
        }
    }

    /** Constraints and configurations are about requests that there are. */
    private static void references(Struct part, String at, List<FieldError> errors) {
        DeviceClaim claim = new DeviceClaim(part);
        Set<String> names = new HashSet<>();
        for (DeviceRequest request : claim.requests()) {
            names.add(request.name());
            request.firstAvailable().forEach(r -> names.add(request.name() + "/" + r.name()));
        }
        for (int i = 0; i < claim.constraints().size(); i++) {
            known(
                    claim.constraints().get(i).requests(),
                    names,
                    at + ".constraints[" + i + "].requests",
                    errors);
        }
        for (int i = 0; i < claim.config().size(); i++) {
            known(
                    claim.config().get(i).requests(),
                    names,
                    at + ".config[" + i + "].requests",
                    errors);
        }
    }

    private static void known(
            List<String> requests, Set<String> names, String at, List<FieldError> errors) {
        for (int i = 0; i < requests.size(); i++) {
            if (!names.contains(requests.get(i))) {
                errors.add(
                        FieldError.invalid(
                                at + "[" + i + "]",
                                requests.get(i),
                                "must be the name of a request in the claim or the name of a"
                                        + " request and a subrequest separated by '/'"));
            }
        }
    }

    /** A slice's devices are on one node, on those that are chosen, or reached from all. */
    private static void nodes(Struct spec, String at, List<FieldError> errors) {
        int said =
                (spec.text("nodeName").isEmpty() ? 0 : 1)
                        + (spec.has("nodeSelector") ? 1 : 0)
                        + (isTrue(spec, "allNodes") ? 1 : 0)
                        + (isTrue(spec, "perDeviceNodeSelection") ? 1 : 0);
        String detail =
                "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is"
                        + " required";
        if (said == 0) {
            errors.add(FieldError.required(at, detail));
        } else if (said > 1) {
            errors.add(FieldError.forbidden(at, detail));
        }
    }

    private static boolean isTrue(Struct spec, String field) {
        return spec.find(field).filter(Boolean.TRUE::equals).isPresent();
    }

    private static Optional<String> pool(String name) {
        for (String part : name.split("/", -1)) {
            Optional<String> problem = Names.subdomain(part);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }
}
