package dev.quilla.apiserver.outbound;

import dev.quilla.apiserver.outbound.Backend.Server;
import dev.quilla.apiserver.outbound.Backend.Through;
import dev.quilla.apiserver.outbound.Target.Where.BehindService;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.Stored;
import dev.quilla.client.http.TlsMaterial;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.core.v1.ObjectReference;
import dev.quilla.model.core.v1.Service;
import dev.quilla.model.core.v1.ServicePort;
import dev.quilla.model.discovery.v1.Endpoint;
import dev.quilla.model.discovery.v1.EndpointPort;
import dev.quilla.model.discovery.v1.EndpointSlice;
import dev.quilla.store.View;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds the servers behind a service. A master is no part of the service network, so it speaks to
 * the endpoints themselves: to pods through their nodes. Thread-safe.
 */
public final class ServiceEndpoints {

    private final ObjectStore objects;
    private final ApiResource services =
            Schema.builtin().find(Resources.SERVICES.gvr()).orElseThrow();
    private final ApiResource slices =
            Schema.builtin().find(Resources.ENDPOINT_SLICES.gvr()).orElseThrow();

    /** Looks up services and endpoints there. */
    public ServiceEndpoints(ObjectStore objects) {
        this.objects = objects;
    }

    /**
     * The servers that are ready, spoken to by TLS.
     *
     * @throws OutboundException if there are none
     */
    public Backend resolve(BehindService named, TlsMaterial tls) throws OutboundException {
        View view = objects.local();
        Service service = service(view, named.namespace(), named.name());
        String authority = named.host() + ":" + named.port();
        if (service.spec().type().equals("ExternalName")) {
            URI server = Kubelets.url("https", service.spec().externalName(), named.port());
            return new Backend(List.of(Server.at(server)), authority, tls);
        }
        String port = portName(service, named.port());
        return new Backend(
                ready(view, named.namespace(), named.name(), port, "https"), authority, tls);
    }

    /**
     * The servers that are ready, of a service's port by number or name.
     *
     * @param scheme how they are spoken to
     * @param port empty for the one without a name
     * @throws OutboundException if there are none
     */
    public Backend resolve(ObjectKey named, String scheme, String port, TlsMaterial tls)
            throws OutboundException {
        View view = objects.newest();
        Service service = service(view, named.namespace(), named.name());
        String name = port.matches("\\d{1,9}") ? portName(service, Integer.parseInt(port)) : port;
        String authority =
                named.name()
                        + "."
                        + named.namespace()
                        + ".svc"
                        + (port.isEmpty() ? "" : ":" + port);
        return new Backend(
                ready(view, named.namespace(), named.name(), name, scheme), authority, tls);
    }

    private Service service(View view, String namespace, String name) throws OutboundException {
        Optional<Stored> stored = objects.find(view, services, new ObjectKey(namespace, name));
        if (stored.isEmpty()) {
            throw new OutboundException("ServiceNotFound", "service \"" + name + "\" not found");
        }
        return new Service(stored.get().object());
    }

    private List<Server> ready(
            View view, String namespace, String service, String port, String scheme)
            throws OutboundException {
        List<Server> ready = new ArrayList<>();
        objects.list(view, slices, namespace).stream()
                .map(EndpointSlice::new)
                .filter(s -> service.equals(serviceOf(s)))
                .forEach(s -> collect(s, port, scheme, ready));
        if (ready.isEmpty()) {
            throw new OutboundException(
                    "MissingEndpoints", "no endpoints available for service \"" + service + "\"");
        }
        return ready.stream().distinct().sorted(Comparator.comparing(Server::address)).toList();
    }

    private static String portName(Service service, int number) throws OutboundException {
        for (ServicePort port : service.spec().ports()) {
            if (port.port() == number) {
                return port.name();
            }
        }
        throw new OutboundException(
                "ServicePortError",
                "no service port %d found for service \"%s\"".formatted(number, service.name()));
    }

    private static String serviceOf(EndpointSlice slice) {
        return slice.metadata().labels().getOrDefault("kubernetes.io/service-name", "");
    }

    private static void collect(
            EndpointSlice slice, String portName, String scheme, List<Server> into) {
        for (EndpointPort port : slice.ports()) {
            if (port.name().equals(portName) && port.port() != 0) {
                for (Endpoint endpoint : slice.endpoints()) {
                    boolean ready =
                            !endpoint.conditions().hasReady() || endpoint.conditions().ready();
                    if (ready && !endpoint.addresses().isEmpty()) {
                        into.add(
                                new Server(
                                        Kubelets.url(
                                                scheme,
                                                endpoint.addresses().getFirst(),
                                                port.port()),
                                        through(endpoint)));
                    }
                }
            }
        }
    }

    /** What is no pod of a node is somewhere outside, where masters have a way. */
    private static Optional<Through> through(Endpoint endpoint) {
        ObjectReference pod = endpoint.targetRef();
        return pod.kind().equals("Pod") && !endpoint.nodeName().isEmpty()
                ? Optional.of(
                        new Through(
                                endpoint.nodeName(),
                                Optional.of(new ObjectKey(pod.namespace(), pod.name()))))
                : Optional.empty();
    }
}
