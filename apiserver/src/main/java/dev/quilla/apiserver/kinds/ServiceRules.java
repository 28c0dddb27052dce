package dev.quilla.apiserver.kinds;

import dev.quilla.model.core.v1.ServicePort;
import dev.quilla.model.core.v1.ServiceSpec;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What services may say: which fields go with which type, and no port twice. */
final class ServiceRules {

    private static final String NONE = "None";
    private static final String EXTERNAL_NAME = "ExternalName";
    private static final String BALANCED = "may only be used when `type` is 'LoadBalancer'";

    /** As the field is called in messages. */
    private static final String RANGES = "spec.LoadBalancerSourceRanges";

    private static final List<String> DISTRIBUTIONS =
            List.of("PreferClose", "PreferSameNode", "PreferSameZone");
    private static final int PORT_MAX = 65535;

    private final ServiceSpec spec;
    private final boolean balanced;
    private final boolean named;
    private final boolean headless;
    private final List<FieldError> errors = new ArrayList<>();

    private ServiceRules(ServiceSpec spec) {
        this.spec = spec;
        this.balanced = spec.type().equals("LoadBalancer");
        this.named = spec.type().equals(EXTERNAL_NAME);
        this.headless = spec.clusterIP().equals(NONE);
    }

    static List<FieldError> check(ServiceSpec spec) {
        ServiceRules rules = new ServiceRules(spec);
        rules.name();
        rules.addresses();
        rules.families();
        rules.balancer();
        rules.traffic();
        rules.affinity();
        rules.ports();
        return rules.errors;
    }

    private boolean isExternal() {
        return balanced || spec.type().equals("NodePort");
    }

    private void name() {
        if (!named) {
            return;
        }
        String name = spec.externalName();
        String at = "spec.externalName";
        if (name.isEmpty()) {
            errors.add(FieldError.required(at, ""));
            return;
        }
        Names.subdomain(name.endsWith(".") ? name.substring(0, name.length() - 1) : name)
                .ifPresent(p -> errors.add(FieldError.invalid(at, name, p)));
    }

    private void addresses() {
        List<String> all = spec.clusterIPs();
        String at = "spec.clusterIPs";
        if (named) {
            forbid(
                    !spec.clusterIP().isEmpty() || !all.isEmpty(),
                    at,
                    "may not be set for ExternalName services");
        } else if (spec.clusterIP().isEmpty() && !all.isEmpty()) {
            errors.add(
                    FieldError.invalid(at, all, "must be empty when `clusterIP` is not specified"));
        } else if (!all.isEmpty() && !all.getFirst().equals(spec.clusterIP())) {
            errors.add(FieldError.invalid(at, all, "first value must match `clusterIP`"));
        }
        if (all.size() > 1) {
            errors.add(
                    FieldError.invalid(
                            at, all, "may specify no more than one IP for each IP family"));
        }
        if (headless && isExternal()) {
            errors.add(
                    FieldError.invalid(
                            at + "[0]",
                            NONE,
                            "may not be set to 'None' for " + spec.type() + " services"));
        }
        for (int i = 0; i < spec.externalIPs().size(); i++) {
            String ip = spec.externalIPs().get(i);
            String place = "spec.externalIPs[" + i + "]";
            AddressRules.ip(ip)
                    .or(() -> AddressRules.endpoint(ip))
                    .ifPresent(p -> errors.add(FieldError.invalid(place, ip, p)));
        }
    }

    /** Services have addresses of one family here; whoever keeps their own may have both. */
    private void families() {
        forbid(
                named && spec.hasIpFamilies(),
                "spec.ipFamilies",
                "may not be set for ExternalName services");
        forbid(
                named && spec.hasIpFamilyPolicy(),
                "spec.ipFamilyPolicy",
                "may not be set for ExternalName services");
        if (named || (headless && spec.selector().isEmpty())) {
            return;
        }
        if (spec.ipFamilyPolicy().equals("RequireDualStack")) {
            errors.add(
                    FieldError.invalid(
                            "spec.ipFamilyPolicy",
                            spec.ipFamilyPolicy(),
                            "this cluster is not configured for dual-stack services"));
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < spec.ipFamilies().size(); i++) {
            String family = spec.ipFamilies().get(i);
            String at = "spec.ipFamilies[" + i + "]";
            if (!seen.add(family)) {
                errors.add(FieldError.duplicate(at, family));
            } else if (family.equals("IPv6")) {
                errors.add(FieldError.invalid(at, family, "not configured on this cluster"));
            }
        }
    }

    private void balancer() {
        forbid(
                !balanced && spec.hasAllocateLoadBalancerNodePorts(),
                "spec.allocateLoadBalancerNodePorts",
                BALANCED);
        forbid(!balanced && spec.hasLoadBalancerClass(), "spec.loadBalancerClass", BALANCED);
        forbid(!balanced && !spec.loadBalancerSourceRanges().isEmpty(), RANGES, BALANCED);
        if (spec.hasLoadBalancerClass()) {
            Names.qualified(spec.loadBalancerClass())
                    .ifPresent(p ->
                            errors.add(
                                    FieldError.invalid(
                                            "spec.loadBalancerClass",
                                            spec.loadBalancerClass(),
                                            p)));
        }
        for (int i = 0; i < spec.loadBalancerSourceRanges().size(); i++) {
            String range = spec.loadBalancerSourceRanges().get(i).strip();
            String at = RANGES + "[" + i + "]";
            AddressRules.cidr(range).ifPresent(p -> errors.add(FieldError.invalid(at, range, p)));
        }
    }

    private void traffic() {
        boolean reached = isExternal() || !spec.externalIPs().isEmpty();
        if (!reached && !spec.externalTrafficPolicy().isEmpty()) {
            errors.add(
                    FieldError.invalid(
                            "spec.externalTrafficPolicy",
                            spec.externalTrafficPolicy(),
                            "may only be set for externally-accessible services"));
        }
        int health = spec.healthCheckNodePort();
        boolean local = balanced && spec.externalTrafficPolicy().equals("Local");
        if (health != 0 && !local) {
            errors.add(
                    FieldError.invalid(
                            "spec.healthCheckNodePort",
                            health,
                            "may only be set when `type` is 'LoadBalancer' and"
                                    + " `externalTrafficPolicy` is 'Local'"));
        } else if (health < 0 || health > PORT_MAX) {
            errors.add(
                    FieldError.invalid(
                            "spec.healthCheckNodePort",
                            health,
                            "must be between 1 and 65535, inclusive"));
        }
        if (!spec.trafficDistribution().isEmpty()
                && !DISTRIBUTIONS.contains(spec.trafficDistribution())) {
            errors.add(
                    FieldError.notSupported(
                            "spec.trafficDistribution", spec.trafficDistribution(), DISTRIBUTIONS));
        }
    }

    private void affinity() {
        String at = "spec.sessionAffinityConfig";
        if (spec.sessionAffinity().equals(NONE)) {
            forbid(
                    spec.hasSessionAffinityConfig(),
                    at,
                    "must not be set when session affinity is None");
        } else if (spec.sessionAffinity().equals("ClientIP")
                && !spec.sessionAffinityConfig().clientIP().hasTimeoutSeconds()) {
            errors.add(
                    FieldError.required(
                            at + ".clientIP.timeoutSeconds",
                            "when session affinity type is ClientIP"));
        }
    }

    private void ports() {
        if (spec.ports().isEmpty() && !named && !headless) {
            errors.add(FieldError.required("spec.ports", ""));
        }
        Set<String> names = new HashSet<>();
        Set<String> numbers = new HashSet<>();
        Set<String> nodePorts = new HashSet<>();
        for (int i = 0; i < spec.ports().size(); i++) {
            ServicePort port = spec.ports().get(i);
            String at = "spec.ports[" + i + "]";
            port(port, at);
            if (spec.ports().size() > 1 && port.name().isEmpty()) {
                errors.add(FieldError.required(at + ".name", ""));
            }
            if (!port.name().isEmpty() && !names.add(port.name())) {
                errors.add(FieldError.duplicate(at + ".name", port.name()));
            }
            String number = port.port() + "/" + port.protocol();
            if (!numbers.add(number)) {
                errors.add(FieldError.duplicate(at, number));
            }
            if (port.nodePort() != 0 && !nodePorts.add(port.nodePort() + "/" + port.protocol())) {
                errors.add(FieldError.duplicate(at + ".nodePort", port.nodePort()));
            }
        }
    }

    private void port(ServicePort port, String at) {
        if (port.port() < 1 || port.port() > PORT_MAX) {
            errors.add(
                    FieldError.invalid(
                            at + ".port", port.port(), "must be between 1 and 65535, inclusive"));
        }
        if (!port.name().isEmpty()) {
            told(Names.label(port.name()), at + ".name", port.name());
        }
        port.targetPort()
                .ifPresent(target ->
                        told(FormRules.port(target.toString()), at + ".targetPort", target));
        if (!port.appProtocol().isEmpty()) {
            told(Names.qualified(port.appProtocol()), at + ".appProtocol", port.appProtocol());
        }
        if (port.nodePort() == 0) {
            return;
        }
        forbid(
                !isExternal(),
                at + ".nodePort",
                "may not be used when `type` is '" + spec.type() + "'");
    }

    private void forbid(boolean when, String at, String why) {
        if (when) {
            errors.add(FieldError.forbidden(at, why));
        }
    }

    private void told(Optional<String> problem, String at, Object value) {
        problem.ifPresent(p -> errors.add(FieldError.invalid(at, value, p)));
    }
}
