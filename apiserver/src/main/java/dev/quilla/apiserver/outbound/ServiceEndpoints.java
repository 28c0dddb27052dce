package dev.quilla.apiserver.outbound;

import dev.quilla.apiserver.outbound.Target.Where.BehindService;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.Stored;
import dev.quilla.client.http.TlsMaterial;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.core.v1.Service;
import dev.quilla.model.core.v1.ServicePort;
import dev.quilla.model.discovery.v1.Endpoint;
import dev.quilla.model.discovery.v1.EndpointPort;
import dev.quilla.model.discovery.v1.EndpointSlice;
import dev.quilla.store.View;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the servers behind a service. A master is no part of the service network, so it speaks to
 * the endpoints themselves. Thread-safe.
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
     * The servers that are ready.
     *
     * @throws OutboundException if there are none
     */
    public Backend resolve(BehindService named, TlsMaterial tls) throws OutboundException {
        View view = objects.local();
        Optional<Stored> stored =
                objects.find(view, services, new ObjectKey(named.namespace(), named.name()));
        if (stored.isEmpty()) {
            throw new OutboundException(
                    "ServiceNotFound", "service \"" + named.name() + "\" not found");
        }
        Service service = new Service(stored.get().object());
        String authority = named.host() + ":" + named.port();
        if (service.spec().type().equals("ExternalName")) {
            return new Backend(
                    List.of(server(service.spec().externalName(), named.port())), authority, tls);
        }
        String port = portName(service, named);
        List<URI> ready = new ArrayList<>();
        objects.list(view, slices, named.namespace()).stream()
                .map(EndpointSlice::new)
                .filter(s -> named.name().equals(serviceOf(s)))
                .forEach(s -> collect(s, port, ready));
        if (ready.isEmpty()) {
            throw new OutboundException(
                    "MissingEndpoints",
                    "no endpoints available for service \"" + named.name() + "\"");
        }
        return new Backend(ready.stream().distinct().sorted().toList(), authority, tls);
    }

    private static String portName(Service service, BehindService named) throws OutboundException {
        for (ServicePort port : service.spec().ports()) {
            if (port.port() == named.port()) {
                return port.name();
            }
        }
        throw new OutboundException(
                "ServicePortError",
                "no service port %d found for service \"%s\""
                        .formatted(named.port(), named.name()));
    }

    private static String serviceOf(EndpointSlice slice) {
        return slice.metadata().labels().getOrDefault("kubernetes.io/service-name", "");
    }

    private static void collect(EndpointSlice slice, String portName, List<URI> into) {
        for (EndpointPort port : slice.ports()) {
            if (port.name().equals(portName) && port.port() != 0) {
                for (Endpoint endpoint : slice.endpoints()) {
                    boolean ready =
                            !endpoint.conditions().hasReady() || endpoint.conditions().ready();
                    if (ready && !endpoint.addresses().isEmpty()) {
                        into.add(server(endpoint.addresses().getFirst(), port.port()));
                    }
                }
            }
        }
    }

    private static URI server(String host, int port) {
        return URI.create("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
    }
}
