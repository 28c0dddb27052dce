package dev.quilla.controller.network;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Owners;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.EndpointAddress;
import dev.quilla.model.core.v1.EndpointSubset;
import dev.quilla.model.core.v1.Endpoints;
import dev.quilla.model.core.v1.Service;
import dev.quilla.model.discovery.v1.Endpoint;
import dev.quilla.model.discovery.v1.EndpointPort;
import dev.quilla.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Makes slices of endpoints that somebody writes for a service without a selector: proxies look at
 * slices only.
 */
public final class MirroringController implements Controller {

    private static final String MANAGER = "endpointslicemirroring-controller.k8s.io";
    private static final String SKIPPED = "endpointslice.kubernetes.io/skip-mirror";

    /** Endpoints that are a lock of old programs, and lead nowhere. */
    private static final String LOCK = "control-plane.alpha.kubernetes.io/leader";

    private static final List<String> OWN_ANNOTATIONS =
            List.of(
                    "kubectl.kubernetes.io/last-applied-configuration",
                    "endpoints.kubernetes.io/last-change-trigger-time");

    /** Of a subset no more are mirrored, as of Kubernetes. */
    private static final int ENDPOINTS_MAX = 1000;

    private final ApiClient client;
    private final Informer<Service> services;
    private final Informer<Endpoints> endpoints;
    private final Informer<EndpointSlice> slices;

    /** Works through a client and shared informers. */
    public MirroringController(ApiClient client, Informers informers) {
        this.client = client;
        this.services = informers.of(Resources.SERVICES);
        this.endpoints = informers.of(Resources.ENDPOINTS);
        this.slices = informers.of(Resources.ENDPOINT_SLICES);
    }

    @Override
    public String name() {
        return "endpointslicemirroring";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(
                Trigger.onItself(endpoints),
                Trigger.onItself(services),
                Trigger.on(
                        slices,
                        s ->
                                isOurs(s)
                                        ? Optional.ofNullable(
                                                        s.metadata()
                                                                .labels()
                                                                .get(SliceLabels.SERVICE_NAME))
                                                .map(n -> List.of(new ObjectKey(s.namespace(), n)))
                                                .orElse(List.of())
                                        : List.of()));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        boolean alone =
                services.get(key)
                        .filter(s -> s.spec().selector().isEmpty())
                        .filter(s -> !s.metadata().hasDeletionTimestamp())
                        .isPresent();
        List<EndpointSlice> wanted =
                alone
                        ? endpoints
                                .get(key)
                                .filter(MirroringController::isMirrored)
                                .map(MirroringController::mirrored)
                                .orElse(List.of())
                        : List.of();
        wanted.forEach(this::write);
        List<ObjectKey> keep = wanted.stream().map(EndpointSlice::key).toList();
        slices.inNamespace(key.namespace())
                .filter(s ->
                        isOurs(s)
                                && key.name()
                                        .equals(
                                                s.metadata()
                                                        .labels()
                                                        .get(SliceLabels.SERVICE_NAME)))
                .map(EndpointSlice::key)
                .filter(k -> !keep.contains(k))
                .toList()
                .forEach(this::delete);
        return Outcome.DONE;
    }

    private static boolean isOurs(EndpointSlice slice) {
        return MANAGER.equals(slice.metadata().labels().get(SliceLabels.MANAGED_BY));
    }

    private static boolean isMirrored(Endpoints written) {
        return !written.metadata().hasDeletionTimestamp()
                && !"true".equals(written.metadata().labels().get(SKIPPED))
                && !written.metadata().annotations().containsKey(LOCK);
    }

    private static List<EndpointSlice> mirrored(Endpoints written) {
        List<EndpointSlice> all = new ArrayList<>();
        for (EndpointSubset subset : written.subsets()) {
            Map<String, List<Endpoint>> byFamily = new TreeMap<>();
            Stream.concat(
                            subset.addresses().stream().map(a -> endpoint(a, true)),
                            subset.notReadyAddresses().stream().map(a -> endpoint(a, false)))
                    .limit(ENDPOINTS_MAX)
                    .forEach(e ->
                            byFamily.computeIfAbsent(family(e), f -> new ArrayList<>()).add(e));
            byFamily.forEach((family, list) ->
                    all.add(slice(written, all.size(), family, ports(subset), list)));
        }
        return all;
    }

    private static String family(Endpoint endpoint) {
        return endpoint.addresses().getFirst().contains(":") ? "IPv6" : "IPv4";
    }

    private static Endpoint endpoint(EndpointAddress address, boolean ready) {
        Endpoint.Builder endpoint =
                Endpoint.builder().addresses(List.of(address.ip())).conditions(c -> c.ready(ready));
        if (address.hasNodeName()) {
            endpoint.nodeName(address.nodeName());
        }
        if (!address.hostname().isEmpty()) {
            endpoint.hostname(address.hostname());
        }
        if (address.hasTargetRef()) {
            endpoint.targetRef(address.targetRef());
        }
        return endpoint.build();
    }

    private static List<EndpointPort> ports(EndpointSubset subset) {
        return subset.ports().stream()
                .map(p -> {
                    EndpointPort.Builder port =
                            EndpointPort.builder()
                                    .name(p.name())
                                    .port(p.port())
                                    .protocol(p.protocol());
                    return (p.hasAppProtocol() ? port.appProtocol(p.appProtocol()) : port).build();
                })
                .toList();
    }

    private static EndpointSlice slice(
            Endpoints written,
            int number,
            String family,
            List<EndpointPort> ports,
            List<Endpoint> list) {
        Map<String, String> labels = new TreeMap<>(written.metadata().labels());
        labels.put(SliceLabels.SERVICE_NAME, written.name());
        labels.put(SliceLabels.MANAGED_BY, MANAGER);
        Map<String, String> annotations = new TreeMap<>(written.metadata().annotations());
        OWN_ANNOTATIONS.forEach(annotations::remove);
        return EndpointSlice.builder()
                .metadata(m -> {
                    m.namespace(written.namespace())
                            // Of the family too, since that of a slice never changes.
                            .name(
                                    "%s-mirror-%s-%d"
                                            .formatted(
                                                    written.name(),
                                                    family.toLowerCase(Locale.ROOT),
                                                    number))
                            .labels(labels)
                            .ownerReferences(
                                    List.of(Owners.reference(Resources.ENDPOINTS, written)));
                    return annotations.isEmpty() ? m : m.annotations(annotations);
                })
                .addressType(family)
                .endpoints(list)
                .ports(ports)
                .build();
    }

    private void write(EndpointSlice slice) {
        Optional<EndpointSlice> before = slices.get(slice.key());
        if (before.isEmpty()) {
            client.resource(Resources.ENDPOINT_SLICES).create(slice);
            return;
        }
        EndpointSlice now =
                before.get().toBuilder()
                        .metadata(m ->
                                m.labels(slice.metadata().labels())
                                        .annotations(slice.metadata().annotations())
                                        .ownerReferences(slice.metadata().ownerReferences()))
                        .endpoints(slice.endpoints())
                        .ports(slice.ports())
                        .build();
        if (!says(now).equals(says(before.get()))) {
            client.resource(Resources.ENDPOINT_SLICES).update(now);
        }
    }

    /** What of a slice follows from what is mirrored. */
    private static List<Object> says(EndpointSlice slice) {
        return List.of(
                slice.metadata().labels(),
                slice.metadata().annotations(),
                slice.metadata().ownerReferences(),
                slice.endpoints(),
                slice.ports());
    }

    private void delete(ObjectKey key) {
        try {
            client.resource(Resources.ENDPOINT_SLICES).delete(key);
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }
}
