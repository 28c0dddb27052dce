package dev.quilla.apiserver.kinds;

import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.TypedLocalObjectReference;
import dev.quilla.model.networking.v1.HTTPIngressPath;
import dev.quilla.model.networking.v1.IngressBackend;
import dev.quilla.model.networking.v1.IngressClassParametersReference;
import dev.quilla.model.networking.v1.IngressSpec;
import dev.quilla.model.networking.v1.NetworkPolicyPeer;
import dev.quilla.model.networking.v1.NetworkPolicyPort;
import dev.quilla.model.networking.v1.ServiceCIDR;
import dev.quilla.model.networking.v1.ServiceCIDRSpec;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Rules between the fields of kinds that say who reaches whom. */
final class TrafficRules {

    private static final int PORT_MAX = 65535;
    private static final int FAMILIES = 2;
    private static final List<String> PATH_TYPES =
            List.of("Exact", "ImplementationSpecific", "Prefix");
    private static final List<String> NOT_IN_PATHS = List.of("//", "/./", "/../", "%2f", "%2F");
    private static final List<String> NOT_AT_ENDS = List.of("/..", "/.");

    private TrafficRules() {}

    /** An ingress leads somewhere. */
    static void ingress(Struct part, String at, List<FieldError> errors) {
        IngressSpec spec = new IngressSpec(part);
        if (spec.rules().isEmpty() && !spec.hasDefaultBackend()) {
            errors.add(
                    FieldError.invalid(
                            at, part, "either `defaultBackend` or `rules` must be specified"));
        }
    }

    /** A path that is compared with requests' paths has no other way to be written. */
    static void path(Struct part, String at, List<FieldError> errors) {
        HTTPIngressPath rule = new HTTPIngressPath(part);
        if (!PATH_TYPES.contains(rule.pathType())) {
            String type = at + ".pathType";
            errors.add(
                    rule.hasPathType()
                            ? FieldError.notSupported(type, rule.pathType(), PATH_TYPES)
                            : FieldError.required(type, "pathType must be specified"));
            return;
        }
        String path = rule.path();
        boolean compared = !rule.pathType().equals("ImplementationSpecific");
        String place = at + ".path";
        if (!path.startsWith("/") && (compared || !path.isEmpty())) {
            errors.add(FieldError.invalid(place, path, "must be an absolute path"));
        }
        if (!compared) {
            return;
        }
        for (String not : NOT_IN_PATHS) {
            if (path.contains(not)) {
                errors.add(FieldError.invalid(place, path, "must not contain '" + not + "'"));
            }
        }
        for (String not : NOT_AT_ENDS) {
            if (path.endsWith(not)) {
                errors.add(FieldError.invalid(place, path, "cannot end with '" + not + "'"));
            }
        }
    }

    /** A backend is a service's port, or something else. */
    static void backend(Struct part, String at, List<FieldError> errors) {
        IngressBackend backend = new IngressBackend(part);
        if (backend.hasResource() && backend.hasService()) {
            errors.add(FieldError.invalid(at, "", "cannot set both resource and service backends"));
            return;
        }
        if (!backend.hasResource() && !backend.hasService()) {
            errors.add(FieldError.invalid(at, "", "resource or service backend is required"));
        }
        if (!backend.hasService()) {
            return;
        }
        boolean named = !backend.service().port().name().isEmpty();
        int number = backend.service().port().number();
        String port = at + ".service.port";
        if (named && number != 0) {
            errors.add(FieldError.invalid(at, "", "cannot set both port name & port number"));
        } else if (!named && number == 0) {
            errors.add(FieldError.required(at, "port name or number is required"));
        } else if (named) {
            String name = backend.service().port().name();
            FormRules.portName(name)
                    .ifPresent(p -> errors.add(FieldError.invalid(port + ".name", name, p)));
        } else if (number < 1 || number > PORT_MAX) {
            errors.add(
                    FieldError.invalid(
                            port + ".number", number, "must be between 1 and 65535, inclusive"));
        }
    }

    /** Something else than a service is called as objects are. */
    static void resource(Struct part, String at, List<FieldError> errors) {
        TypedLocalObjectReference resource = new TypedLocalObjectReference(part);
        if (resource.hasApiGroup()) {
            Names.subdomain(resource.apiGroup())
                    .ifPresent(p ->
                            errors.add(
                                    FieldError.invalid(at + ".apiGroup", resource.apiGroup(), p)));
        }
        for (String field : List.of("kind", "name")) {
            String name = part.text(field);
            if (!name.isEmpty()) {
                Names.pathSegment(name)
                        .ifPresent(p -> errors.add(FieldError.invalid(at + "." + field, name, p)));
            }
        }
    }

    /** An ingress class's parameters are where their scope says. */
    static void parameters(Struct part, String at, List<FieldError> errors) {
        IngressClassParametersReference parameters = new IngressClassParametersReference(part);
        boolean placed = !parameters.namespace().isEmpty();
        if (parameters.scope().equals("Namespace") && !placed) {
            errors.add(
                    FieldError.required(
                            at + ".namespace", "`parameters.scope` is set to 'Namespace'"));
        } else if (parameters.scope().equals("Cluster") && placed) {
            errors.add(
                    FieldError.forbidden(
                            at + ".namespace", "`parameters.scope` is set to 'Cluster'"));
        }
    }

    /** Whom a network policy is about: pods, or addresses. */
    static void peer(Struct part, String at, List<FieldError> errors) {
        NetworkPolicyPeer peer = new NetworkPolicyPeer(part);
        boolean pods = peer.hasPodSelector() || peer.hasNamespaceSelector();
        if (!pods && !peer.hasIpBlock()) {
            errors.add(FieldError.required(at, "must specify a peer"));
        }
        if (pods && peer.hasIpBlock()) {
            errors.add(FieldError.forbidden(at, "may not specify both ipBlock and another peer"));
        }
        for (int i = 0; i < peer.ipBlock().except().size(); i++) {
            String except = peer.ipBlock().except().get(i);
            String place = at + ".ipBlock.except[" + i + "]";
            if (AddressRules.cidr(except).isPresent()) {
                errors.add(
                        FieldError.invalid(place, except, AddressRules.cidr(except).orElseThrow()));
            } else if (!AddressRules.isWithin(except, peer.ipBlock().cidr())) {
                errors.add(FieldError.invalid(place, except, "must be a strict subset of `cidr`"));
            }
        }
    }

    /** A range of ports begins with a number. */
    static void policyPort(Struct part, String at, List<FieldError> errors) {
        NetworkPolicyPort port = new NetworkPolicyPort(part);
        if (!port.hasEndPort()) {
            return;
        }
        String place = at + ".endPort";
        OptionalInt first = port.port().map(p -> p.asInt()).orElse(OptionalInt.empty());
        if (port.port().isEmpty()) {
            errors.add(
                    FieldError.invalid(
                            place,
                            port.endPort(),
                            "may not be specified when `port` is not specified"));
        } else if (first.isEmpty()) {
            errors.add(
                    FieldError.invalid(
                            place,
                            port.endPort(),
                            "may not be specified when `port` is non-numeric"));
        } else if (port.endPort() < first.getAsInt()) {
            errors.add(
                    FieldError.invalid(
                            place, port.endPort(), "must be greater than or equal to `port`"));
        } else if (port.endPort() > PORT_MAX) {
            errors.add(
                    FieldError.invalid(
                            place, port.endPort(), "must be between 1 and 65535, inclusive"));
        }
    }

    /** Services have addresses of one family, or of both. */
    static void families(Struct part, String at, List<FieldError> errors) {
        List<String> cidrs = new ServiceCIDRSpec(part).cidrs();
        String place = at + ".cidrs";
        if (cidrs.size() > FAMILIES) {
            errors.add(FieldError.invalid(place, cidrs, "may only hold up to 2 values"));
        } else if (cidrs.size() == FAMILIES
                && cidrs.stream().allMatch(c -> AddressRules.cidr(c).isEmpty())
                && cidrs.get(0).contains(":") == cidrs.get(1).contains(":")) {
            errors.add(
                    FieldError.invalid(
                            place,
                            cidrs,
                            "may specify no more than one IP for each IP family, i.e"
                                    + " 192.168.0.0/24 and 2001:db8::/64"));
        }
    }

    /** Ranges that are new are written in the one way. */
    static void cidrs(
            Struct object, Optional<Struct> before, String prefix, List<FieldError> errors) {
        List<String> now = new ServiceCIDR(object).spec().cidrs();
        List<String> old = before.map(b -> new ServiceCIDR(b).spec().cidrs()).orElse(List.of());
        for (int i = 0; i < now.size(); i++) {
            String range = now.get(i);
            String at = "spec.cidrs[" + i + "]";
            if (!old.contains(range)) {
                AddressRules.canonicalCidr(range)
                        .ifPresent(why -> errors.add(FieldError.invalid(at, range, why)));
            }
        }
    }

    /** A range stays; the other family's may be added. */
    static void cidrsStay(
            Struct object, Optional<Struct> before, String prefix, List<FieldError> errors) {
        List<String> now = new ServiceCIDR(object).spec().cidrs();
        before.map(b -> new ServiceCIDR(b).spec().cidrs())
                .filter(old -> now.size() < old.size() || !now.subList(0, old.size()).equals(old))
                .ifPresent(old ->
                        errors.add(FieldError.invalid("spec.cidrs", now, "field is immutable")));
    }
}
