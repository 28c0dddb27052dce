package dev.quilla.controller.network;

import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.EventType;
import dev.quilla.client.Index;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Service;
import dev.quilla.model.meta.v1.DeleteOptions;
import dev.quilla.model.networking.v1.IPAddress;
import dev.quilla.model.networking.v1.ParentReference;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Repairs what stands for the addresses of services. The API server writes an {@code IPAddress}
 * together with its service; one is missing where somebody has deleted it, or where the service is
 * from a version that made none, and is left over where somebody has made it.
 */
public final class ServiceAddressController implements Controller {

    private static final String MANAGED_BY = "ipaddress.kubernetes.io/managed-by";
    private static final String ALLOCATOR = "ipallocator.k8s.io";
    private static final Index<IPAddress> BY_SERVICE =
            new Index<>("service", a -> serviceOf(a).map(ObjectKey::toString).stream().toList());

    private final ApiClient client;
    private final Informer<Service> services;
    private final Informer<IPAddress> addresses;
    private final EventRecorder events;

    /** Works through a client and shared informers. */
    public ServiceAddressController(ApiClient client, Informers informers, EventRecorder events) {
        this.client = client;
        this.services = informers.of(Resources.SERVICES);
        this.addresses = informers.of(Resources.IP_ADDRESSES);
        this.addresses.addIndex(BY_SERVICE);
        this.events = events;
    }

    @Override
    public String name() {
        return "serviceaddress";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(
                Trigger.onItself(services),
                Trigger.on(addresses, a -> serviceOf(a).stream().toList()));
    }

    /** The service that an address is one of, if it is one that is given to services. */
    private static Optional<ObjectKey> serviceOf(IPAddress address) {
        ParentReference parent = address.spec().parentRef();
        boolean given =
                ALLOCATOR.equals(address.metadata().labels().get(MANAGED_BY))
                        && parent.group().isEmpty()
                        && parent.resource().equals("services");
        return given
                ? Optional.of(new ObjectKey(parent.namespace(), parent.name()))
                : Optional.empty();
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<Service> service = services.get(key);
        String wanted = service.map(ServiceAddressController::address).orElse("");
        List<IPAddress> held = addresses.byIndex(BY_SERVICE, key.toString()).toList();
        held.stream().filter(a -> !a.name().equals(wanted)).forEach(a -> removeSurplus(key, a));
        if (!wanted.isEmpty() && held.stream().noneMatch(a -> a.name().equals(wanted))) {
            make(service.orElseThrow(), wanted);
        }
        return Outcome.DONE;
    }

    private static String address(Service service) {
        String address = service.spec().clusterIP();
        return address.equals("None") ? "" : address;
    }

    /** The caches of services and addresses may show different times, so the API is asked. */
    private void removeSurplus(ObjectKey key, IPAddress address) {
        boolean has =
                client.resource(Resources.SERVICES)
                        .find(key)
                        .filter(s -> address(s).equals(address.name()))
                        .isPresent();
        if (has) {
            return;
        }
        try {
            client.resource(Resources.IP_ADDRESSES)
                    .delete(
                            address.key(),
                            DeleteOptions.builder()
                                    .preconditions(p -> p.uid(address.uid()))
                                    .build());
        } catch (ApiException e) {
            // Gone with its service, and perhaps another service's by now.
            if (!e.isNotFound() && !e.isConflict()) {
                throw e;
            }
        }
    }

    private void make(Service service, String address) {
        Optional<Service> now =
                client.resource(Resources.SERVICES)
                        .find(service.key())
                        .filter(s -> address(s).equals(address));
        Optional<IPAddress> there =
                client.resource(Resources.IP_ADDRESSES).find(ObjectKey.cluster(address));
        if (now.isEmpty()
                || there.flatMap(a -> serviceOf(a)).filter(service.key()::equals).isPresent()) {
            return;
        }
        if (there.isPresent()) {
            events.record(
                    service,
                    EventType.WARNING,
                    "ClusterIPAlreadyAllocated",
                    "Cluster IP "
                            + address
                            + " was assigned to somebody else too; please recreate service");
            return;
        }
        client.resource(Resources.IP_ADDRESSES).create(object(service, address));
    }

    private static IPAddress object(Service service, String address) {
        return IPAddress.builder()
                .metadata(m ->
                        m.name(address)
                                .labels(
                                        Map.of(
                                                "ipaddress.kubernetes.io/ip-family",
                                                "IPv4",
                                                MANAGED_BY,
                                                ALLOCATOR)))
                .spec(s ->
                        s.parentRef(p ->
                                p.resource("services")
                                        .namespace(service.namespace())
                                        .name(service.name())))
                .build();
    }
}
