package dev.quilla.controller.network;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Owners;
import dev.quilla.controller.Pods;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.ContainerPort;
import dev.quilla.model.core.v1.EndpointAddress;
import dev.quilla.model.core.v1.EndpointSubset;
import dev.quilla.model.core.v1.Endpoints;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Service;
import dev.quilla.model.core.v1.ServicePort;
import dev.quilla.model.discovery.v1.Endpoint;
import dev.quilla.model.discovery.v1.EndpointPort;
import dev.quilla.model.discovery.v1.EndpointSlice;
import dev.quilla.model.selector.Selector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Writes down which pods a service leads to, as slices and, for older clients, as endpoints. */
public final class EndpointSliceController implements Controller {

    private static final String MANAGER = "endpointslice-controller.k8s.io";
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String HEADLESS = "service.kubernetes.io/headless";
    private static final int SLICE_MAX = 100;
    private static final int ENDPOINTS_MAX = 1000;

    private final ApiClient client;
    private final Informer<Service> services;
    private final Informer<Pod> pods;
    private final Informer<Node> nodes;
    private final Informer<EndpointSlice> slices;
    private final Informer<Endpoints> endpoints;

    /** Works through a client and shared informers. */
    public EndpointSliceController(ApiClient client, Informers informers) {
        this.client = client;
        this.services = informers.of(Resources.SERVICES);
        this.pods = informers.of(Resources.PODS);
        this.pods.addIndex(Pods.BY_NODE);
        this.nodes = informers.of(Resources.NODES);
        this.slices = informers.of(Resources.ENDPOINT_SLICES);
        this.endpoints = informers.of(Resources.ENDPOINTS);
    }

    @Override
    public String name() {
        return "endpointslice";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(
                Trigger.onItself(services),
                Trigger.on(pods, this::servicesOf),
                Trigger.on(nodes, this::servicesOn),
                Trigger.on(
                        slices,
                        s ->
                                Optional.ofNullable(
                                                s.metadata().labels().get(SliceLabels.SERVICE_NAME))
                                        .map(n -> List.of(new ObjectKey(s.namespace(), n)))
                                        .orElse(List.of())));
    }

    private List<ObjectKey> servicesOf(Pod pod) {
        return services.inNamespace(pod.namespace())
                .filter(s -> !s.spec().selector().isEmpty())
                .filter(s -> Selector.of(s.spec().selector()).matches(pod.metadata().labels()))
                .map(Service::key)
                .toList();
    }

    /** A node that comes or goes changes which of its pods count; its heartbeats change nothing. */
    private List<ObjectKey> servicesOn(Node node) {
        return pods.byIndex(Pods.BY_NODE, node.name())
                .flatMap(p -> servicesOf(p).stream())
                .filter(key -> isUnlike(key, node))
                .distinct()
                .toList();
    }

    private boolean isUnlike(ObjectKey service, Node node) {
        boolean present = nodes.get(node.key()).isPresent();
        List<Endpoint> shown =
                slices.inNamespace(service.namespace())
                        .filter(s ->
                                service.name()
                                        .equals(
                                                s.metadata()
                                                        .labels()
                                                        .get(SliceLabels.SERVICE_NAME)))
                        .flatMap(s -> s.endpoints().stream())
                        .filter(e -> e.nodeName().equals(node.name()))
                        .toList();
        return shown.isEmpty() == present
                || shown.stream().anyMatch(e -> !e.zone().equals(zone(node)));
    }

    private static String zone(Node node) {
        return node.metadata().labels().getOrDefault(ZONE, "");
    }

    /** Which pod port each port of the service leads to; the same for all pods of a slice. */
    private record Ports(List<EndpointPort> list) {}

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<Service> found = services.get(key);
        if (found.isEmpty() || found.get().metadata().hasDeletionTimestamp()) {
            return Outcome.DONE; // The slices belong to the service and go with it.
        }
        Service service = found.get();
        if (service.spec().selector().isEmpty() || service.spec().type().equals("ExternalName")) {
            return Outcome.DONE;
        }
        Map<String, List<Endpoint>> byPorts = new TreeMap<>();
        Map<String, Ports> ports = new TreeMap<>();
        Selector selector = Selector.of(service.spec().selector());
        pods.inNamespace(key.namespace())
                .filter(p -> selector.matches(p.metadata().labels()))
                .filter(p -> !p.status().podIP().isEmpty() && !Pods.isOver(p))
                .filter(p -> nodes.get(ObjectKey.cluster(p.spec().nodeName())).isPresent())
                .sorted(Comparator.comparing(Pod::name))
                .forEach(pod -> {
                    Ports its = ports(service, pod);
                    ports.put(its.toString(), its);
                    byPorts.computeIfAbsent(its.toString(), k -> new ArrayList<>())
                            .add(endpoint(service, pod));
                });
        if (byPorts.isEmpty()) {
            ports.put("", new Ports(List.of()));
            byPorts.put("", List.of());
        }
        List<EndpointSlice> wanted = wanted(service, ports, byPorts);
        writeSlices(service, wanted);
        writeEndpoints(service, wanted);
        return Outcome.DONE;
    }

    private static Ports ports(Service service, Pod pod) {
        List<EndpointPort> list = new ArrayList<>();
        for (ServicePort port : service.spec().ports()) {
            targetPort(port, pod)
                    .ifPresent(number ->
                            list.add(
                                    EndpointPort.builder()
                                            .name(port.name())
                                            .port(number)
                                            .protocol(port.protocol())
                                            .build()));
        }
        return new Ports(list);
    }

    private static Optional<Integer> targetPort(ServicePort port, Pod pod) {
        var target = port.targetPort();
        if (target.isEmpty()) {
            return Optional.of(port.port());
        }
        if (target.get().asInt().isPresent()) {
            return Optional.of(target.get().asInt().getAsInt());
        }
        String name = target.get().toString();
        return pod.spec().containers().stream()
                .flatMap(c -> c.ports().stream())
                .filter(p -> p.name().equals(name) && p.protocol().equals(port.protocol()))
                .map(ContainerPort::containerPort)
                .findFirst();
    }

    private Endpoint endpoint(Service service, Pod pod) {
        boolean serving = Pods.isReady(pod);
        boolean ending = pod.metadata().hasDeletionTimestamp();
        boolean ready = service.spec().publishNotReadyAddresses() || (serving && !ending);
        Endpoint.Builder endpoint =
                Endpoint.builder()
                        .addresses(List.of(pod.status().podIP()))
                        .conditions(c -> c.ready(ready).serving(serving).terminating(ending))
                        .nodeName(pod.spec().nodeName())
                        .targetRef(t ->
                                t.kind("Pod")
                                        .namespace(pod.namespace())
                                        .name(pod.name())
                                        .uid(pod.uid()));
        nodes.get(ObjectKey.cluster(pod.spec().nodeName()))
                .map(EndpointSliceController::zone)
                .filter(z -> !z.isEmpty())
                .ifPresent(endpoint::zone);
        boolean named =
                !pod.spec().hostname().isEmpty() && pod.spec().subdomain().equals(service.name());
        return (named ? endpoint.hostname(pod.spec().hostname()) : endpoint).build();
    }

    private static List<EndpointSlice> wanted(
            Service service, Map<String, Ports> ports, Map<String, List<Endpoint>> byPorts) {
        List<EndpointSlice> wanted = new ArrayList<>();
        byPorts.forEach((id, list) -> {
            for (int from = 0; from == 0 || from < list.size(); from += SLICE_MAX) {
                List<Endpoint> part = list.subList(from, Math.min(list.size(), from + SLICE_MAX));
                String suffix = wanted.isEmpty() ? "" : "-" + wanted.size();
                wanted.add(
                        slice(
                                service,
                                suffix,
                                java.util.Objects.requireNonNull(ports.get(id)).list(),
                                part));
            }
        });
        return wanted;
    }

    private static EndpointSlice slice(
            Service service, String suffix, List<EndpointPort> ports, List<Endpoint> part) {
        return EndpointSlice.builder()
                .metadata(m ->
                        m.namespace(service.namespace())
                                .name(service.name() + suffix)
                                .labels(labels(service))
                                .ownerReferences(
                                        List.of(Owners.reference(Resources.SERVICES, service))))
                .addressType("IPv4")
                .endpoints(part)
                .ports(ports)
                .build();
    }

    private static Map<String, String> labels(Service service) {
        Map<String, String> labels = new TreeMap<>();
        labels.put(SliceLabels.SERVICE_NAME, service.name());
        labels.put(SliceLabels.MANAGED_BY, MANAGER);
        if (service.spec().clusterIP().equals("None")) {
            labels.put(HEADLESS, "");
        }
        return labels;
    }

    private void writeSlices(Service service, List<EndpointSlice> wanted) {
        for (EndpointSlice slice : wanted) {
            Optional<EndpointSlice> before = slices.get(slice.key());
            if (before.isEmpty()) {
                client.resource(Resources.ENDPOINT_SLICES).create(slice);
            } else if (!before.get().endpoints().equals(slice.endpoints())
                    || !before.get().ports().equals(slice.ports())) {
                client.resource(Resources.ENDPOINT_SLICES)
                        .update(
                                before.get().toBuilder()
                                        .endpoints(slice.endpoints())
                                        .ports(slice.ports())
                                        .build());
            }
        }
        List<ObjectKey> keep = wanted.stream().map(EndpointSlice::key).toList();
        slices.inNamespace(service.namespace())
                .filter(s ->
                        service.name().equals(s.metadata().labels().get(SliceLabels.SERVICE_NAME)))
                .filter(s -> MANAGER.equals(s.metadata().labels().get(SliceLabels.MANAGED_BY)))
                .map(EndpointSlice::key)
                .filter(k -> !keep.contains(k))
                .toList()
                .forEach(k -> client.resource(Resources.ENDPOINT_SLICES).delete(k));
    }

    private void writeEndpoints(Service service, List<EndpointSlice> wanted) {
        List<EndpointSubset> subsets = new ArrayList<>();
        for (EndpointSlice slice : wanted) {
            if (slice.endpoints().isEmpty()) {
                continue;
            }
            EndpointSubset.Builder subset =
                    EndpointSubset.builder()
                            .ports(
                                    slice.ports().stream()
                                            .map(EndpointSliceController::oldPort)
                                            .toList());
            List<EndpointAddress> ready = addresses(slice, true);
            List<EndpointAddress> notReady = addresses(slice, false);
            if (!ready.isEmpty()) {
                subset.addresses(ready);
            }
            if (!notReady.isEmpty()) {
                subset.notReadyAddresses(notReady);
            }
            subsets.add(subset.build());
        }
        Optional<Endpoints> before = endpoints.get(service.key());
        if (before.isEmpty()) {
            client.resource(Resources.ENDPOINTS)
                    .create(
                            Endpoints.builder()
                                    .metadata(m ->
                                            m.namespace(service.namespace())
                                                    .name(service.name())
                                                    .ownerReferences(
                                                            List.of(
                                                                    Owners.reference(
                                                                            Resources.SERVICES,
                                                                            service))))
                                    .subsets(subsets)
                                    .build());
        } else if (!before.get().subsets().equals(subsets)) {
            client.resource(Resources.ENDPOINTS)
                    .update(before.get().toBuilder().subsets(subsets).build());
        }
    }

    private static dev.quilla.model.core.v1.EndpointPort oldPort(EndpointPort port) {
        var b =
                dev.quilla.model.core.v1.EndpointPort.builder()
                        .port(port.port())
                        .protocol(port.protocol());
        return (port.name().isEmpty() ? b : b.name(port.name())).build();
    }

    private static List<EndpointAddress> addresses(EndpointSlice slice, boolean ready) {
        return slice.endpoints().stream()
                .filter(e -> e.conditions().ready() == ready)
                .filter(e -> ready || !e.conditions().terminating())
                .limit(ENDPOINTS_MAX)
                .map(e ->
                        EndpointAddress.builder()
                                .ip(e.addresses().getFirst())
                                .nodeName(e.nodeName())
                                .targetRef(e.targetRef())
                                .build())
                .toList();
    }
}
