package dev.quilla.apiserver.kinds;

import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.EndpointSubset;
import dev.quilla.model.discovery.v1.Endpoint;
import dev.quilla.model.discovery.v1.EndpointSlice;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Rules between the fields of endpoints, in both of their kinds. */
final class EndpointRules {

    private EndpointRules() {}

    /** Some addresses that have the same ports. */
    static void subset(Struct part, String at, List<FieldError> errors) {
        EndpointSubset subset = new EndpointSubset(part);
        if (subset.addresses().isEmpty() && subset.notReadyAddresses().isEmpty()) {
            errors.add(FieldError.required(at, "must specify `addresses` or `notReadyAddresses`"));
        }
        for (int i = 0; i < subset.ports().size(); i++) {
            if (subset.ports().size() > 1 && subset.ports().get(i).name().isEmpty()) {
                errors.add(FieldError.required(at + ".ports[" + i + "].name", ""));
            }
        }
    }

    /** Addresses are of the slice's type. */
    static void addresses(Struct object, String at, List<FieldError> errors) {
        EndpointSlice slice = new EndpointSlice(object);
        Function<String, Optional<String>> rule =
                switch (slice.addressType()) {
                    case "IPv4" -> AddressRules::ipv4;
                    case "IPv6" ->
                            text ->
                                    AddressRules.ipv6(text)
                                            .or(() -> AddressRules.canonicalIp(text));
                    case "FQDN" -> Names::subdomain;
                    default -> text -> Optional.empty();
                };
        for (int e = 0; e < slice.endpoints().size(); e++) {
            Endpoint endpoint = slice.endpoints().get(e);
            for (int i = 0; i < endpoint.addresses().size(); i++) {
                String address = endpoint.addresses().get(i);
                String place = "endpoints[%d].addresses[%d]".formatted(e, i);
                rule.apply(address)
                        .or(() -> AddressRules.endpoint(address))
                        .ifPresent(p -> errors.add(FieldError.invalid(place, address, p)));
            }
        }
    }

    /** No two ports have the same name; one may have none. */
    static void portNames(Struct object, String at, List<FieldError> errors) {
        Set<String> seen = new HashSet<>();
        int i = 0;
        for (var port : new EndpointSlice(object).ports()) {
            if (!seen.add(port.name())) {
                errors.add(FieldError.duplicate("ports[" + i + "].name", port.name()));
            }
            i++;
        }
    }
}
