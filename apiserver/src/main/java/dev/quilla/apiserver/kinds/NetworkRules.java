package dev.quilla.apiserver.kinds;

import static dev.quilla.apiserver.kinds.FieldRules.immutable;
import static dev.quilla.apiserver.kinds.FieldRules.oneOf;
import static dev.quilla.apiserver.kinds.FieldRules.port;
import static dev.quilla.apiserver.kinds.FieldRules.required;
import static dev.quilla.apiserver.kinds.FieldRules.selector;
import static dev.quilla.apiserver.kinds.FieldRules.text;
import static dev.quilla.apiserver.kinds.PartRules.atMost;
import static dev.quilla.apiserver.kinds.PartRules.part;

import dev.quilla.model.validation.Names;
import java.util.Map;

/** The part of {@link KindRules} about how pods are reached. */
final class NetworkRules {

    private static final String[] PROTOCOLS = {"SCTP", "TCP", "UDP"};
    private static final int ENDPOINTS_MAX = 1000;
    private static final int ADDRESSES_MAX = 100;
    private static final int PORTS_MAX = 20_000;
    private static final int ZONES_MAX = 8;

    static final Map<String, FieldRules> BY_RESOURCE =
            Map.of(
                    "ingresses.networking.k8s.io",
                    FieldRules.of(
                            text("spec.ingressClassName", Names::subdomain),
                            part("spec", TrafficRules::ingress),
                            text("spec.rules[].host", FormRules::host),
                            text("spec.tls[].hosts[]", FormRules::host),
                            required("spec.rules[].http.paths", ""),
                            part("spec.rules[].http.paths[]", TrafficRules::path),
                            part("spec.rules[].http.paths[].backend", TrafficRules::backend),
                            part("spec.defaultBackend", TrafficRules::backend),
                            text("spec.rules[].http.paths[].backend.service.name", Names::dns1035),
                            text("spec.defaultBackend.service.name", Names::dns1035),
                            part("spec.defaultBackend.resource", TrafficRules::resource),
                            part(
                                    "spec.rules[].http.paths[].backend.resource",
                                    TrafficRules::resource)),
                    "ingressclasses.networking.k8s.io",
                    FieldRules.of(
                            required("spec.controller", ""),
                            text("spec.controller", FormRules::domainPrefixedPath),
                            text("spec.parameters.apiGroup", Names::subdomain),
                            text("spec.parameters.kind", Names::pathSegment),
                            text("spec.parameters.name", Names::pathSegment),
                            oneOf("spec.parameters.scope", "Cluster", "Namespace"),
                            part("spec.parameters", TrafficRules::parameters),
                            immutable("spec.controller")),
                    "networkpolicies.networking.k8s.io",
                    FieldRules.of(
                            selector("spec.podSelector"),
                            oneOf("spec.policyTypes[]", "Egress", "Ingress"),
                            atMost("spec.policyTypes", 2),
                            part("spec.ingress[].from[]", TrafficRules::peer),
                            part("spec.egress[].to[]", TrafficRules::peer),
                            part("spec.ingress[].ports[]", TrafficRules::policyPort),
                            part("spec.egress[].ports[]", TrafficRules::policyPort),
                            selector("spec.ingress[].from[].podSelector"),
                            selector("spec.ingress[].from[].namespaceSelector"),
                            selector("spec.egress[].to[].podSelector"),
                            selector("spec.egress[].to[].namespaceSelector"),
                            text("spec.ingress[].from[].ipBlock.cidr", AddressRules::cidr),
                            text("spec.egress[].to[].ipBlock.cidr", AddressRules::cidr),
                            text("spec.ingress[].ports[].port", FormRules::port),
                            text("spec.egress[].ports[].port", FormRules::port),
                            oneOf("spec.ingress[].ports[].protocol", PROTOCOLS),
                            oneOf("spec.egress[].ports[].protocol", PROTOCOLS)),
                    "endpoints",
                    FieldRules.of(
                            part("subsets[]", EndpointRules::subset),
                            text("subsets[].addresses[].ip", AddressRules::ip),
                            text("subsets[].addresses[].ip", AddressRules::endpoint),
                            text("subsets[].addresses[].hostname", Names::label),
                            text("subsets[].addresses[].nodeName", Names::subdomain),
                            text("subsets[].notReadyAddresses[].ip", AddressRules::ip),
                            text("subsets[].notReadyAddresses[].ip", AddressRules::endpoint),
                            text("subsets[].notReadyAddresses[].hostname", Names::label),
                            text("subsets[].notReadyAddresses[].nodeName", Names::subdomain),
                            text("subsets[].ports[].name", Names::label),
                            text("subsets[].ports[].appProtocol", Names::qualified),
                            port("subsets[].ports[].port")),
                    "endpointslices.discovery.k8s.io",
                    FieldRules.of(
                            required("addressType", ""),
                            atMost("endpoints", ENDPOINTS_MAX),
                            atMost("ports", PORTS_MAX),
                            required("endpoints[].addresses", "must contain at least 1 address"),
                            atMost("endpoints[].addresses", ADDRESSES_MAX),
                            part("", EndpointRules::addresses),
                            text("endpoints[].nodeName", Names::subdomain),
                            text("endpoints[].hostname", Names::label),
                            atMost("endpoints[].hints.forZones", ZONES_MAX),
                            atMost("endpoints[].hints.forNodes", ZONES_MAX),
                            part("", EndpointRules::portNames),
                            text("ports[].name", Names::label),
                            port("ports[].port"),
                            text("ports[].appProtocol", Names::qualified),
                            immutable("addressType")),
                    "servicecidrs.networking.k8s.io",
                    FieldRules.of(
                            required("spec.cidrs", "at least one CIDR required"),
                            TrafficRules::cidrs,
                            part("spec", TrafficRules::families),
                            TrafficRules::cidrsStay),
                    "ipaddresses.networking.k8s.io",
                    FieldRules.of(
                            text("metadata.name", AddressRules::canonicalIp),
                            required("spec.parentRef", ""),
                            text("spec.parentRef.group", Names::subdomain),
                            text("spec.parentRef.resource", Names::pathSegment),
                            text("spec.parentRef.name", Names::pathSegment),
                            text("spec.parentRef.namespace", Names::pathSegment),
                            immutable("spec.parentRef")));

    private NetworkRules() {}
}
