package dev.quilla.apiserver.kinds;

import dev.quilla.model.GroupResource;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.LoadBalancerIngress;
import dev.quilla.model.core.v1.Service;
import dev.quilla.model.core.v1.ServiceStatus;
import dev.quilla.model.networking.v1.Ingress;
import dev.quilla.model.networking.v1.IngressLoadBalancerIngress;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.List;

/** Where a balancer says that a service or an ingress is reached from outside. */
final class BalancerRules {

    private static final List<String> MODES = List.of("Proxy", "VIP");
    private static final String AT = "status.loadBalancer.ingress";

    private final List<FieldError> errors = new ArrayList<>();

    private BalancerRules() {}

    /** What is wrong with a status that has changed; nothing for other resources. */
    static List<FieldError> check(GroupResource resource, Struct object, Struct before) {
        BalancerRules rules = new BalancerRules();
        if (object.find("status").equals(before.find("status"))) {
            return rules.errors;
        }
        switch (resource.toString()) {
            case "services" -> rules.service(new Service(object));
            case "ingresses.networking.k8s.io" -> rules.ingress(new Ingress(object));
            default -> {
                // Nothing else is balanced.
            }
        }
        return rules.errors;
    }

    private void service(Service service) {
        ServiceStatus status = service.status();
        List<LoadBalancerIngress> points = status.loadBalancer().ingress();
        if (!points.isEmpty() && !service.spec().type().equals("LoadBalancer")) {
            errors.add(
                    FieldError.forbidden(
                            AT, "may only be used when `spec.type` is 'LoadBalancer'"));
            return;
        }
        for (int i = 0; i < points.size(); i++) {
            LoadBalancerIngress point = points.get(i);
            String at = AT + "[" + i + "]";
            point(point.ip(), point.hostname(), at);
            if (point.ip().isEmpty() && point.hasIpMode()) {
                errors.add(
                        FieldError.forbidden(
                                at + ".ipMode", "may not be specified when `ip` is not set"));
            } else if (point.hasIpMode() && !MODES.contains(point.ipMode())) {
                errors.add(FieldError.notSupported(at + ".ipMode", point.ipMode(), MODES));
            }
        }
    }

    private void ingress(Ingress ingress) {
        List<IngressLoadBalancerIngress> points = ingress.status().loadBalancer().ingress();
        for (int i = 0; i < points.size(); i++) {
            point(points.get(i).ip(), points.get(i).hostname(), AT + "[" + i + "]");
        }
    }

    private void point(String ip, String hostname, String at) {
        if (!ip.isEmpty()) {
            AddressRules.ip(ip).ifPresent(p -> errors.add(FieldError.invalid(at + ".ip", ip, p)));
        }
        if (!hostname.isEmpty()) {
            Names.subdomain(hostname)
                    .ifPresent(p -> errors.add(FieldError.invalid(at + ".hostname", hostname, p)));
            if (AddressRules.ip(hostname).isEmpty()) {
                errors.add(
                        FieldError.invalid(
                                at + ".hostname",
                                hostname,
                                "must be a DNS name, not an IP address"));
            }
        }
    }
}
