package dev.quilla.apiserver.table;

import dev.quilla.model.GroupResource;
import dev.quilla.model.Struct;
import dev.quilla.model.networking.v1.IPAddress;
import dev.quilla.model.networking.v1.Ingress;
import dev.quilla.model.networking.v1.IngressClass;
import dev.quilla.model.networking.v1.IngressLoadBalancerIngress;
import dev.quilla.model.networking.v1.IngressRule;
import dev.quilla.model.networking.v1.NetworkPolicy;
import dev.quilla.model.networking.v1.ParentReference;
import dev.quilla.model.networking.v1.ServiceCIDR;
import dev.quilla.model.selector.Selector;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What the columns of the kinds show that say who reaches whom. */
final class NetworkCells {

    private static final int HOSTS_SHOWN = 3;

    private NetworkCells() {}

    static Map<String, Cells> byResource() {
        return Map.of(
                "ingresses.networking.k8s.io", NetworkCells::ingress,
                "ingressclasses.networking.k8s.io", NetworkCells::ingressClass,
                "networkpolicies.networking.k8s.io", NetworkCells::policy,
                "servicecidrs.networking.k8s.io", NetworkCells::serviceRange,
                "ipaddresses.networking.k8s.io", NetworkCells::serviceAddress);
    }

    private static Object ingress(String column, Struct object, Instant now) {
        Ingress ingress = new Ingress(object);
        return switch (column) {
            case "Class" -> Cells.orNone(ingress.spec().ingressClassName());
            case "Hosts" -> hosts(ingress);
            case "Address" ->
                    String.join(
                            ",",
                            ingress.status().loadBalancer().ingress().stream()
                                    .map(NetworkCells::address)
                                    .toList());
            case "Ports" -> ingress.spec().tls().isEmpty() ? "80" : "80, 443";
            default -> Cells.common(column, object, now);
        };
    }

    private static String address(IngressLoadBalancerIngress ingress) {
        return ingress.ip().isEmpty() ? ingress.hostname() : ingress.ip();
    }

    private static String hosts(Ingress ingress) {
        List<String> hosts =
                ingress.spec().rules().stream()
                        .map(IngressRule::host)
                        .filter(h -> !h.isEmpty())
                        .toList();
        if (hosts.isEmpty()) {
            return "*";
        }
        return hosts.size() <= HOSTS_SHOWN
                ? String.join(",", hosts)
                : String.join(",", hosts.subList(0, HOSTS_SHOWN))
                        + " + "
                        + (hosts.size() - HOSTS_SHOWN)
                        + " more...";
    }

    private static Object ingressClass(String column, Struct object, Instant now) {
        IngressClass type = new IngressClass(object);
        return switch (column) {
            case "Controller" -> type.spec().controller();
            case "Parameters" ->
                    type.spec().hasParameters()
                            ? type.spec().parameters().kind()
                                    + "/"
                                    + type.spec().parameters().name()
                            : "<none>";
            default -> Cells.common(column, object, now);
        };
    }

    private static Object policy(String column, Struct object, Instant now) {
        return column.equals("Pod-Selector")
                ? Cells.orNone(
                        Selector.of(new NetworkPolicy(object).spec().podSelector()).toString())
                : Cells.common(column, object, now);
    }

    private static Object serviceRange(String column, Struct object, Instant now) {
        return column.equals("CIDRs")
                ? String.join(",", new ServiceCIDR(object).spec().cidrs())
                : Cells.common(column, object, now);
    }

    private static Object serviceAddress(String column, Struct object, Instant now) {
        return column.equals("ParentRef")
                ? path(new IPAddress(object).spec().parentRef())
                : Cells.common(column, object, now);
    }

    /** Such as {@code services/default/kubernetes}. */
    private static String path(ParentReference parent) {
        String resource = new GroupResource(parent.group(), parent.resource()).toString();
        return parent.namespace().isEmpty()
                ? resource + "/" + parent.name()
                : resource + "/" + parent.namespace() + "/" + parent.name();
    }
}
