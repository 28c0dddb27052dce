package dev.quilla.apiserver.kinds;

import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Service;
import dev.quilla.model.core.v1.ServiceSpec;
import java.util.List;
import java.util.function.Consumer;

/** What of services is ignored, or on its way out. */
final class ServiceWarnings {

    private static final String NONE = "None";
    private static final String EXTERNAL = "ExternalName";
    private static final String HINTS = "service.kubernetes.io/topology-aware-hints";

    private ServiceWarnings() {}

    static void check(Struct object, Consumer<String> tell) {
        Service service = new Service(object);
        ServiceSpec spec = service.spec();
        if (service.metadata().annotations().containsKey(HINTS)) {
            tell.accept(
                    "annotation "
                            + HINTS
                            + " is deprecated, please use service.kubernetes.io/topology-mode"
                            + " instead");
        }
        boolean headless = spec.type().equals("ClusterIP") && spec.clusterIP().equals(NONE);
        boolean external = spec.type().equals(EXTERNAL);
        if (!spec.clusterIP().isEmpty() && !spec.clusterIP().equals(NONE)) {
            KindWarnings.addresses(object, "spec.clusterIPs[]", tell);
        }
        if (headless) {
            headless(spec, tell);
        }
        KindWarnings.addresses(object, "spec.externalIPs[]", tell);
        if (!spec.externalIPs().isEmpty() && !headless && !external) {
            tell.accept(
                    "spec.externalIPs is deprecated and may no longer be implemented in some"
                            + " clusters");
        }
        if (!spec.loadBalancerIP().isEmpty()) {
            AddressWarnings.ip(spec.loadBalancerIP(), "spec.loadBalancerIP", tell);
        }
        List<String> ranges = spec.loadBalancerSourceRanges();
        for (int i = 0; i < ranges.size(); i++) {
            AddressWarnings.cidr(
                    ranges.get(i).strip(), "spec.loadBalancerSourceRanges[" + i + "]", tell);
        }
        if (external && !spec.externalIPs().isEmpty()) {
            tell.accept("spec.externalIPs is ignored when spec.type is \"ExternalName\"");
        }
        if (!external && !spec.externalName().isEmpty()) {
            tell.accept("spec.externalName is ignored when spec.type is not \"ExternalName\"");
        }
        if (spec.trafficDistribution().equals("PreferClose")) {
            tell.accept(
                    "spec.trafficDistribution: \"PreferClose\" is deprecated; use"
                            + " \"PreferSameZone\"");
        }
    }

    private static void headless(ServiceSpec spec, Consumer<String> tell) {
        if (!spec.loadBalancerIP().isEmpty()) {
            tell.accept("spec.loadBalancerIP is ignored for headless services");
        }
        if (!spec.externalIPs().isEmpty()) {
            tell.accept("spec.externalIPs is ignored for headless services");
        }
        if (!spec.sessionAffinity().equals(NONE)) {
            tell.accept("spec.SessionAffinity is ignored for headless services");
        }
    }
}
