package dev.quilla.apiserver.kinds;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.AddressRange;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Service;
import dev.quilla.model.networking.v1.IPAddress;
import dev.quilla.model.networking.v1.ServiceCIDR;
import dev.quilla.model.validation.FieldError;
import dev.quilla.store.View;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Which addresses services have: an {@code IPAddress} object stands for each that is taken, made
 * and removed in the transaction that writes its service. They come from the ranges of the {@code
 * ServiceCIDR} objects that are not being deleted, which the transaction holds it to. Thread-safe.
 */
public final class ServiceAddresses {

    /** The name of the {@code ServiceCIDR} that a cluster has from the start. */
    public static final String DEFAULT_RANGE = "kubernetes";

    /** As Kubernetes: the start of a range is left to those who ask for an address, if possible. */
    private static final long ASKED_MIN = 16;

    private static final long ASKED_MAX = 256;
    private static final int ASKED_SHARE = 16;

    /** In one order, so that each object is stored and shown alike. */
    private static final SortedMap<String, String> LABELS =
            Collections.unmodifiableSortedMap(
                    new TreeMap<>(
                            Map.of(
                                    "ipaddress.kubernetes.io/ip-family",
                                    "IPv4",
                                    "ipaddress.kubernetes.io/managed-by",
                                    "ipallocator.k8s.io")));

    private static final ApiResource ADDRESSES =
            Schema.builtin().find(Resources.IP_ADDRESSES.gvr()).orElseThrow();
    private static final ApiResource RANGES =
            Schema.builtin().find(Resources.SERVICE_CID_RS.gvr()).orElseThrow();

    private final AddressRange own;
    private final RandomGenerator random;
    private final InstantSource clock;
    private final Supplier<String> newUid;

    /**
     * Addresses of a cluster.
     *
     * @param own its range where no object says so yet
     */
    public ServiceAddresses(
            AddressRange own,
            RandomGenerator random,
            InstantSource clock,
            Supplier<String> newUid) {
        this.own = own;
        this.random = random;
        this.clock = clock;
        this.newUid = newUid;
    }

    /** A range, and the object that says so. */
    private record Range(AddressRange addresses, Optional<ServiceCIDR> object) {}

    /**
     * Takes an address, with the service that is written.
     *
     * @param wanted which one; empty for any
     * @return the address
     * @throws ApiException if none is left, or that one can't be had
     */
    String claim(ObjectStore.Write write, Service service, String wanted) {
        ObjectStore objects = write.objects();
        View here = objects.local();
        if (wanted.isEmpty()) {
            for (Range range : ranges(objects, here)) {
                Optional<String> free = free(range.addresses(), a -> isTaken(objects, here, a));
                if (free.isPresent()) {
                    take(write, service, free.get(), range);
                    return free.get();
                }
            }
            throw ApiErrors.internal("failed to allocate a serviceIP: range is full");
        }
        View newest = objects.newest();
        List<Range> ranges = ranges(objects, newest);
        Range range =
                ranges.stream()
                        .filter(r -> isOfHost(r.addresses(), wanted))
                        .findFirst()
                        .orElseThrow(() -> outside(service, wanted, ranges));
        if (isTaken(objects, newest, wanted)) {
            throw refused(service, wanted, "provided IP is already allocated");
        }
        take(write, service, wanted, range);
        return wanted;
    }

    /** Gives an address back, with the service that is written or removed. */
    void release(ObjectStore.Write write, String address) {
        write.release(ADDRESSES, ObjectKey.cluster(address));
    }

    private void take(ObjectStore.Write write, Service service, String address, Range range) {
        range.object()
                .ifPresent(o ->
                        write.requireUnchanged(
                                RANGES, o.key(), Long.parseLong(o.resourceVersion())));
        write.claim(ADDRESSES, ObjectKey.cluster(address), object(service, address).struct());
    }

    private IPAddress object(Service service, String address) {
        return IPAddress.builder()
                .metadata(m ->
                        m.name(address)
                                .uid(newUid.get())
                                .creationTimestamp(clock.instant())
                                .labels(LABELS))
                .spec(s ->
                        s.parentRef(p ->
                                p.resource("services")
                                        .namespace(service.namespace())
                                        .name(service.name())))
                .build();
    }

    /** Those that addresses may come from, the cluster's first one first. */
    private List<Range> ranges(ObjectStore objects, View view) {
        List<Range> ranges = new ArrayList<>();
        boolean hasDefault = false;
        for (Struct stored : objects.list(view, RANGES, "")) {
            ServiceCIDR object = new ServiceCIDR(stored);
            hasDefault |= object.name().equals(DEFAULT_RANGE);
            if (!object.metadata().hasDeletionTimestamp()) {
                object.spec().cidrs().stream()
                        .flatMap(c -> AddressRange.ofIpv4(c).stream())
                        .forEach(r -> ranges.add(new Range(r, Optional.of(object))));
            }
        }
        if (!hasDefault) {
            ranges.add(new Range(own, Optional.empty()));
        }
        ranges.sort(Comparator.comparing(r -> !r.addresses().equals(own)));
        return ranges;
    }

    private static boolean isTaken(ObjectStore objects, View view, String address) {
        return objects.find(view, ADDRESSES, ObjectKey.cluster(address)).isPresent();
    }

    /** The network's own address and that of all its hosts are nobody's. */
    private static boolean isOfHost(AddressRange range, String address) {
        return range.contains(address)
                && (range.size() <= 2
                        || !(address.equals(range.at(0))
                                || address.equals(range.at(range.size() - 1))));
    }

    private Optional<String> free(AddressRange range, Predicate<String> isTaken) {
        long first = range.size() <= 2 ? 0 : 1;
        long end = range.size() <= 2 ? range.size() : range.size() - 1;
        long asked =
                range.size() < ASKED_MIN
                        ? 0
                        : Math.clamp(range.size() / ASKED_SHARE, ASKED_MIN, ASKED_MAX);
        long middle = Math.min(end, first + asked);
        return free(range, middle, end, isTaken).or(() -> free(range, first, middle, isTaken));
    }

    /** One of a part of a range, from anywhere in it, so that many who look seldom meet. */
    private Optional<String> free(
            AddressRange range, long first, long end, Predicate<String> isTaken) {
        long count = end - first;
        if (count <= 0) {
            return Optional.empty();
        }
        long start = random.nextLong(count);
        for (long i = 0; i < count; i++) {
            String address = range.at(first + (start + i) % count);
            if (!isTaken.test(address)) {
                return Optional.of(address);
            }
        }
        return Optional.empty();
    }

    /** An address of no range, or one that is no host's. */
    private static ApiException outside(Service service, String address, List<Range> ranges) {
        return refused(
                service,
                address,
                ranges.stream()
                        .map(Range::addresses)
                        .filter(r -> r.contains(address))
                        .findFirst()
                        .map(r ->
                                "the provided IP (%s) is not in the valid range. The range of valid"
                                                .formatted(address)
                                        + " IPs is "
                                        + r)
                        .orElse("the provided network does not match the current range"));
    }

    private static ApiException refused(Service service, String address, String why) {
        return ApiErrors.invalid(
                Resources.SERVICES.gvk(),
                service.name(),
                List.of(
                        FieldError.invalid(
                                "spec.clusterIPs",
                                List.of(address),
                                "failed to allocate IP " + address + ": " + why)));
    }
}
