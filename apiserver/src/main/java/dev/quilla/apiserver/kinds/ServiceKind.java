package dev.quilla.apiserver.kinds;

import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.IntOrString;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.LoadBalancerIngress;
import dev.quilla.model.core.v1.Service;
import dev.quilla.model.core.v1.ServicePort;
import dev.quilla.model.core.v1.ServiceSpec;
import dev.quilla.model.core.v1.ServiceStatus;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Services: their addresses and node ports are claimed in the transaction that writes them. */
final class ServiceKind implements KindBehaviour {

    static final int NODE_PORT_FIRST = 30_000;
    static final int NODE_PORT_LAST = 32_767;
    private static final String TCP = "TCP";
    private static final String NONE = "None";
    private static final String BALANCED = "LoadBalancer";
    private static final List<String> BOTH = List.of("IPv4", "IPv6");

    private final ServiceAddresses addresses;
    private final RandomGenerator random;

    ServiceKind(ServiceAddresses addresses, RandomGenerator random) {
        this.addresses = addresses;
        this.random = random;
    }

    @Override
    public Struct defaults(Struct object) {
        Service service = new Service(object);
        ServiceSpec spec = service.spec();
        ServiceSpec.Builder b = spec.toBuilder();
        String type = spec.type().isEmpty() ? "ClusterIP" : spec.type();
        b.type(type);
        if (!spec.hasSessionAffinity()) {
            b.sessionAffinity(NONE);
        }
        boolean sticks = spec.sessionAffinity().equals("ClientIP");
        if (sticks && !spec.sessionAffinityConfig().clientIP().hasTimeoutSeconds()) {
            b.sessionAffinityConfig(c -> c.clientIP(i -> i.timeoutSeconds(10_800)));
        } else if (spec.sessionAffinity().isEmpty() || spec.sessionAffinity().equals(NONE)) {
            b.clearSessionAffinityConfig();
        }
        if (spec.ipFamilies().isEmpty()) {
            b.clearIpFamilies();
        }
        if (spec.hasPorts()) {
            b.ports(spec.ports().stream().map(ServiceKind::defaults).toList());
        }
        if (!type.equals("ExternalName")) {
            if (!spec.hasInternalTrafficPolicy()) {
                b.internalTrafficPolicy("Cluster");
            }
        }
        ServiceStatus status = reached(type, service.status());
        boolean reachable = type.equals("ClusterIP") && !spec.externalIPs().isEmpty();
        if ((isExternal(type) || reachable) && !spec.hasExternalTrafficPolicy()) {
            b.externalTrafficPolicy("Cluster");
        }
        if (type.equals(BALANCED) && !spec.hasAllocateLoadBalancerNodePorts()) {
            b.allocateLoadBalancerNodePorts(true);
        }
        Service.Builder whole = service.toBuilder().spec(b.build());
        return (status.equals(service.status()) ? whole : whole.status(status)).build().struct();
    }

    /** An address of a balancer is its own, unless it says that it is not. */
    private static ServiceStatus reached(String type, ServiceStatus status) {
        if (!type.equals(BALANCED)) {
            return status;
        }
        List<LoadBalancerIngress> points =
                status.loadBalancer().ingress().stream()
                        .map(p ->
                                p.ip().isEmpty() || p.hasIpMode()
                                        ? p
                                        : p.toBuilder().ipMode("VIP").build())
                        .toList();
        return points.equals(status.loadBalancer().ingress())
                ? status
                : status.toBuilder().loadBalancer(l -> l.ingress(points)).build();
    }

    @Override
    public Struct beforeCreate(Struct object) {
        Service service = new Service(object);
        return service.toBuilder().spec(families(service.spec())).build().struct();
    }

    /**
     * What the cluster chooses of addresses before it has any: nobody who writes a service does.
     */
    private static ServiceSpec families(ServiceSpec spec) {
        if (spec.type().equals("ExternalName")) {
            return spec;
        }
        ServiceSpec.Builder b = spec.toBuilder();
        // Whoever keeps the addresses of such a service may have some of each family.
        boolean others = spec.clusterIP().equals(NONE) && spec.selector().isEmpty();
        if (!spec.hasIpFamilyPolicy()) {
            b.ipFamilyPolicy(others && !spec.hasIpFamilies() ? "RequireDualStack" : "SingleStack");
        }
        if (!spec.hasIpFamilies() || spec.ipFamilies().isEmpty()) {
            b.ipFamilies(others && !spec.hasIpFamilyPolicy() ? BOTH : List.of("IPv4"));
        }
        if (spec.clusterIP().equals(NONE) && spec.clusterIPs().isEmpty()) {
            b.clusterIPs(List.of(NONE));
        }
        return b.build();
    }

    private static ServicePort defaults(ServicePort port) {
        ServicePort.Builder b = port.toBuilder();
        if (!port.hasProtocol()) {
            b.protocol(TCP);
        }
        boolean unset = port.targetPort().map(t -> t.toString().equals("0")).orElse(true);
        if (unset) {
            b.targetPort(IntOrString.of(port.port()));
        }
        return b.build();
    }

    @Override
    public Struct beforeUpdate(Struct before, Struct object) {
        ServiceSpec old = new Service(before).spec();
        Service sent = new Service(object);
        Service service = sent.toBuilder().spec(families(sent.spec())).build();
        ServiceSpec.Builder b = service.spec().toBuilder();
        if (isOneOfOldClients(old, service.spec())) {
            b.clusterIPs(List.of(service.spec().clusterIP()));
        }
        // A manifest does not repeat what the cluster chose.
        if (service.spec().clusterIP().isEmpty()
                && !old.type().equals("ExternalName")
                && !service.spec().type().equals("ExternalName")) {
            b.clusterIP(old.clusterIP()).clusterIPs(old.clusterIPs());
        }
        if (isExternal(service.spec().type())) {
            b.ports(
                    service.spec().ports().stream()
                            .map(p -> p.nodePort() != 0 ? p : withOldNodePort(p, old))
                            .toList());
        } else if (isExternal(old.type())) {
            b.ports(
                    service.spec().ports().stream()
                            .map(p -> p.toBuilder().clearNodePort().build())
                            .toList());
            if (service.spec().externalIPs().isEmpty()) {
                b.clearExternalTrafficPolicy();
            }
        }
        if (isChecked(old)
                && isChecked(service.spec())
                && service.spec().healthCheckNodePort() == 0) {
            b.healthCheckNodePort(old.healthCheckNodePort());
        }
        leave(old, service.spec(), b);
        return service.toBuilder().spec(b.build()).build().struct();
    }

    /** Whether an address is changed by somebody who does not know that there is a list of them. */
    private static boolean isOneOfOldClients(ServiceSpec old, ServiceSpec now) {
        boolean changed = !now.clusterIP().equals(old.clusterIP());
        boolean listed = now.clusterIPs().equals(old.clusterIPs());
        return !now.clusterIP().isEmpty() && (changed ? listed : now.clusterIPs().isEmpty());
    }

    /** What was said of a type goes with it, unless it is said anew. */
    private static void leave(ServiceSpec old, ServiceSpec now, ServiceSpec.Builder b) {
        if (old.type().equals(BALANCED) && !now.type().equals(BALANCED)) {
            if (now.loadBalancerClass().equals(old.loadBalancerClass())) {
                b.clearLoadBalancerClass();
            }
            if (now.allocateLoadBalancerNodePorts() == old.allocateLoadBalancerNodePorts()) {
                b.clearAllocateLoadBalancerNodePorts();
            }
        }
        if (isChecked(old)
                && !isChecked(now)
                && now.healthCheckNodePort() == old.healthCheckNodePort()) {
            b.clearHealthCheckNodePort();
        }
        if (now.type().equals("ExternalName") && !old.type().equals("ExternalName")) {
            if (now.clusterIP().equals(old.clusterIP())) {
                b.clearClusterIP().clearClusterIPs();
            }
            b.clearIpFamilies().clearIpFamilyPolicy().clearInternalTrafficPolicy();
        }
    }

    /** Whether a balancer asks each node if it has pods of it. */
    private static boolean isChecked(ServiceSpec spec) {
        return spec.type().equals(BALANCED) && spec.externalTrafficPolicy().equals("Local");
    }

    private static ServicePort withOldNodePort(ServicePort port, ServiceSpec old) {
        return old.ports().stream()
                .filter(o -> o.port() == port.port() && o.protocol().equals(port.protocol()))
                .filter(o -> o.nodePort() != 0)
                .findFirst()
                .map(o -> port.toBuilder().nodePort(o.nodePort()).build())
                .orElse(port);
    }

    /** A node port that is asked for is one of those that may be given, if it is not had yet. */
    @Override
    public List<FieldError> validateClaims(Struct object, Optional<Struct> before) {
        Set<Integer> had = new HashSet<>();
        before.map(Service::new)
                .ifPresent(s -> s.spec().ports().forEach(port -> had.add(port.nodePort())));
        List<ServicePort> ports = new Service(object).spec().ports();
        for (int i = 0; i < ports.size(); i++) {
            int port = ports.get(i).nodePort();
            if (!had.contains(port) && isOutside(port)) {
                return List.of(outside("spec.ports[" + i + "].nodePort", port));
            }
        }
        int health = new Service(object).spec().healthCheckNodePort();
        int healthBefore = before.map(b -> new Service(b).spec().healthCheckNodePort()).orElse(0);
        return health != healthBefore && isOutside(health)
                ? List.of(outside("spec.healthCheckNodePort", health))
                : List.of();
    }

    private static boolean isOutside(int port) {
        return port != 0 && (port < NODE_PORT_FIRST || port > NODE_PORT_LAST);
    }

    private static FieldError outside(String at, int port) {
        return FieldError.invalid(
                at,
                port,
                "provided port is not in the valid range. The range of valid ports is "
                        + NODE_PORT_FIRST
                        + "-"
                        + NODE_PORT_LAST);
    }

    @Override
    public Struct claim(
            ObjectStore.Write write, Optional<Struct> before, Struct object, int attempt) {
        ServiceSpec old =
                before.map(b -> new Service(b).spec()).orElse(ServiceSpec.builder().build());
        Service service = new Service(object);
        if (service.metadata().hasDeletionTimestamp()) {
            return object;
        }
        ServiceSpec spec = service.spec();
        ServiceSpec.Builder b = spec.toBuilder();
        boolean wantsAddress =
                !spec.type().equals("ExternalName") && !spec.clusterIP().equals(NONE);
        if (wantsAddress) {
            boolean has = hasAddress(spec) && spec.clusterIP().equals(old.clusterIP());
            String address =
                    has ? spec.clusterIP() : addresses.claim(write, service, spec.clusterIP());
            b.clusterIP(address).clusterIPs(List.of(address));
        }
        if (hasAddress(old) && !(wantsAddress)) {
            addresses.release(write, old.clusterIP());
            b.clearClusterIP().clearClusterIPs();
        }
        List<ServicePort> ports = claimPorts(write, old, spec);
        if (!ports.isEmpty()) {
            b.ports(ports);
        }
        int health = claimHealth(write, old, spec);
        if (health != 0) {
            b.healthCheckNodePort(health);
        }
        return service.toBuilder().spec(b.build()).build().struct();
    }

    /** The port at which nodes say whether they have pods of a service; 0 where nobody asks. */
    private int claimHealth(ObjectStore.Write write, ServiceSpec old, ServiceSpec spec) {
        int had = old.healthCheckNodePort();
        int wanted = spec.healthCheckNodePort();
        if (isChecked(spec) && wanted == 0) {
            wanted = anyPort();
        }
        if (had != wanted && had != 0) {
            write.release(Keys.nodePort(TCP, had));
        }
        if (had != wanted && wanted != 0) {
            write.claim(Keys.nodePort(TCP, wanted));
        }
        return wanted;
    }

    private int anyPort() {
        return NODE_PORT_FIRST + random.nextInt(NODE_PORT_LAST - NODE_PORT_FIRST + 1);
    }

    private List<ServicePort> claimPorts(
            ObjectStore.Write write, ServiceSpec old, ServiceSpec spec) {
        Set<String> had = new HashSet<>();
        old.ports().stream().filter(p -> p.nodePort() != 0).forEach(p -> had.add(portId(p)));
        Set<String> kept = new HashSet<>();
        List<ServicePort> ports = new ArrayList<>();
        boolean wants =
                isExternal(spec.type())
                        && !(spec.hasAllocateLoadBalancerNodePorts()
                                && !spec.allocateLoadBalancerNodePorts());
        for (ServicePort port : spec.ports()) {
            ServicePort chosen = port;
            if (wants && port.nodePort() == 0) {
                chosen = port.toBuilder().nodePort(anyPort()).build();
            }
            if (chosen.nodePort() != 0
                    && kept.add(portId(chosen))
                    && !had.contains(portId(chosen))) {
                write.claim(Keys.nodePort(chosen.protocol(), chosen.nodePort()));
            }
            ports.add(chosen);
        }
        for (ServicePort port : old.ports()) {
            if (port.nodePort() != 0 && !kept.contains(portId(port))) {
                write.release(Keys.nodePort(port.protocol(), port.nodePort()));
            }
        }
        return ports;
    }

    @Override
    public void release(ObjectStore.Write write, Struct object) {
        ServiceSpec spec = new Service(object).spec();
        if (hasAddress(spec)) {
            addresses.release(write, spec.clusterIP());
        }
        if (spec.healthCheckNodePort() != 0) {
            write.release(Keys.nodePort(TCP, spec.healthCheckNodePort()));
        }
        Set<String> released = new HashSet<>();
        for (ServicePort port : spec.ports()) {
            if (port.nodePort() != 0 && released.add(portId(port))) {
                write.release(Keys.nodePort(port.protocol(), port.nodePort()));
            }
        }
    }

    @Override
    public List<FieldError> validate(Struct object, Optional<Struct> before) {
        ServiceSpec spec = new Service(object).spec();
        List<FieldError> errors = new ArrayList<>(ServiceRules.check(spec));
        errors.addAll(Names.labels(spec.selector(), "spec.selector"));
        before.map(b -> new Service(b).spec())
                .filter(ServiceKind::hasAddress)
                .filter(old -> !spec.type().equals("ExternalName"))
                .filter(old -> !spec.clusterIP().equals(old.clusterIP()))
                .ifPresent(old ->
                        errors.add(
                                FieldError.invalid(
                                        "spec.clusterIPs[0]",
                                        List.of(spec.clusterIP()),
                                        "may not change once set")));
        before.map(b -> new Service(b).spec())
                .filter(old -> isChecked(old) && isChecked(spec))
                .filter(old -> old.healthCheckNodePort() != 0)
                .filter(old -> old.healthCheckNodePort() != spec.healthCheckNodePort())
                .ifPresent(old ->
                        errors.add(
                                FieldError.forbidden(
                                        "spec.healthCheckNodePort", "field is immutable")));
        before.map(b -> new Service(b).spec())
                .filter(old -> old.type().equals(BALANCED) && spec.type().equals(BALANCED))
                .filter(old -> !old.loadBalancerClass().equals(spec.loadBalancerClass()))
                .ifPresent(old ->
                        errors.add(
                                FieldError.invalid(
                                        "spec.loadBalancerClass",
                                        spec.loadBalancerClass(),
                                        "may not change once set")));
        return errors;
    }

    private static boolean isExternal(String type) {
        return type.equals("NodePort") || type.equals(BALANCED);
    }

    private static boolean hasAddress(ServiceSpec spec) {
        return !spec.clusterIP().isEmpty() && !spec.clusterIP().equals(NONE);
    }

    private static String portId(ServicePort port) {
        return port.protocol() + "/" + port.nodePort();
    }
}
