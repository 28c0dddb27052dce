package dev.quilla.controller.network;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.client.ListOptions;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Trigger;
import dev.quilla.model.AddressRange;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.meta.v1.Condition;
import dev.quilla.model.networking.v1.IPAddress;
import dev.quilla.model.networking.v1.ServiceCIDR;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Lets a range of service addresses go that is being deleted, once each address in it that somebody
 * has is in another range too. Nobody gets an address of a range that is being deleted, so that
 * what is unused then stays unused.
 */
public final class ServiceRangeController implements Controller {

    private static final String FINALIZER = "networking.k8s.io/service-cidr-finalizer";
    private static final String READY = "Ready";

    private final ApiClient client;
    private final Informer<ServiceCIDR> ranges;
    private final Informer<IPAddress> addresses;
    private final InstantSource clock;

    /** Works through a client and shared informers. */
    public ServiceRangeController(ApiClient client, Informers informers, InstantSource clock) {
        this.client = client;
        this.ranges = informers.of(Resources.SERVICE_CID_RS);
        this.addresses = informers.of(Resources.IP_ADDRESSES);
        this.clock = clock;
    }

    @Override
    public String name() {
        return "servicerange";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(
                Trigger.on(ranges, range -> going()), Trigger.on(addresses, address -> going()));
    }

    private List<ObjectKey> going() {
        return ranges.all().filter(ServiceRangeController::isGoing).map(ServiceCIDR::key).toList();
    }

    private static boolean isGoing(ServiceCIDR range) {
        return range.metadata().hasDeletionTimestamp();
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<ServiceCIDR> found = ranges.get(key).filter(ServiceRangeController::isGoing);
        if (found.isPresent() && found.get().metadata().finalizers().contains(FINALIZER)) {
            ServiceCIDR range = found.get();
            if (isNeeded(range)) {
                sayWhyNot(range);
            } else {
                release(range);
            }
        }
        return Outcome.DONE;
    }

    /** Asks the API, not the caches: what it shows after the deletion has begun is all there is. */
    private boolean isNeeded(ServiceCIDR range) {
        List<AddressRange> own = ipv4(range).toList();
        List<AddressRange> others =
                client.resource(Resources.SERVICE_CID_RS).list(ListOptions.ALL).items().stream()
                        .filter(r -> !r.name().equals(range.name()) && !isGoing(r))
                        .flatMap(ServiceRangeController::ipv4)
                        .toList();
        return client.resource(Resources.IP_ADDRESSES).list(ListOptions.ALL).items().stream()
                .map(IPAddress::name)
                .anyMatch(a -> isIn(own, a) && !isIn(others, a));
    }

    private static Stream<AddressRange> ipv4(ServiceCIDR range) {
        return range.spec().cidrs().stream().flatMap(c -> AddressRange.ofIpv4(c).stream());
    }

    private static boolean isIn(List<AddressRange> ranges, String address) {
        return ranges.stream().anyMatch(r -> r.contains(address));
    }

    private void sayWhyNot(ServiceCIDR range) {
        boolean told =
                range.status().conditions().stream()
                        .anyMatch(c -> c.type().equals(READY) && c.status().equals("False"));
        if (!told) {
            Condition condition =
                    Condition.builder()
                            .type(READY)
                            .status("False")
                            .reason("Terminating")
                            .message(
                                    "There are still IPAddresses referencing the ServiceCIDR,"
                                            + " please remove them or create a new ServiceCIDR")
                            .lastTransitionTime(clock.instant())
                            .build();
            client.resource(Resources.SERVICE_CID_RS)
                    .updateStatus(
                            range.toBuilder()
                                    .status(s -> s.conditions(List.of(condition)))
                                    .build());
        }
    }

    private void release(ServiceCIDR range) {
        List<String> rest =
                range.metadata().finalizers().stream().filter(f -> !f.equals(FINALIZER)).toList();
        client.resource(Resources.SERVICE_CID_RS)
                .update(
                        range.toBuilder()
                                .metadata(m ->
                                        rest.isEmpty() ? m.clearFinalizers() : m.finalizers(rest))
                                .build());
    }
}
