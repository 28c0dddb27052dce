package dev.quilla.apiserver.table;

import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Endpoints;
import dev.quilla.model.core.v1.Event;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.NodeAddress;
import dev.quilla.model.core.v1.Service;
import dev.quilla.model.core.v1.ServicePort;
import dev.quilla.model.discovery.v1.EndpointSlice;
import dev.quilla.model.quilla.v1.Plugin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the columns of the common kinds show; {@link WorkloadCells} has those that run pods. */
final class KindCells {

    private KindCells() {}

    static Map<String, Cells> byResource() {
        Map<String, Cells> all = new HashMap<>(common());
        all.putAll(WorkloadCells.byResource());
        all.putAll(AccessCells.byResource());
        all.putAll(NetworkCells.byResource());
        all.putAll(StorageCells.byResource());
        all.putAll(PolicyCells.byResource());
        all.putAll(ExtensionCells.byResource());
        return Map.copyOf(all);
    }

    private static Map<String, Cells> common() {
        return Map.ofEntries(
                Map.entry("pods", new PodCells()),
                Map.entry("nodes", KindCells::node),
                Map.entry("services", KindCells::service),
                Map.entry("endpoints", KindCells::endpoints),
                Map.entry("events", KindCells::event),
                Map.entry("events.events.k8s.io", KindCells::event),
                Map.entry("namespaces", KindCells::namespace),
                Map.entry("configmaps", (c, o, t) -> count(c, "data", o, t)),
                Map.entry("secrets", KindCells::secret),
                Map.entry("serviceaccounts", (c, o, t) -> count(c, "secrets", o, t)),
                Map.entry("endpointslices.discovery.k8s.io", KindCells::slice),
                Map.entry("leases.coordination.k8s.io", KindCells::lease),
                Map.entry("plugins.quilla.dev", KindCells::plugin));
    }

    private static Object node(String column, Struct object, Instant now) {
        Node node = new Node(object);
        return switch (column) {
            case "Status" -> nodeStatus(node);
            case "Roles" ->
                    Cells.joined(
                            node.metadata().labels().keySet().stream()
                                    .filter(l -> l.startsWith("node-role.kubernetes.io/"))
                                    .map(l -> l.substring(l.indexOf('/') + 1))
                                    .sorted()
                                    .toList());
            case "Version" -> node.status().nodeInfo().kubeletVersion();
            case "Internal-IP" -> address(node, "InternalIP");
            case "External-IP" -> address(node, "ExternalIP");
            case "OS-Image" -> node.status().nodeInfo().osImage();
            case "Kernel-Version" -> node.status().nodeInfo().kernelVersion();
            case "Container-Runtime" -> node.status().nodeInfo().containerRuntimeVersion();
            default -> Cells.common(column, object, now);
        };
    }

    private static String nodeStatus(Node node) {
        String ready =
                node.status().conditions().stream()
                        .filter(c -> c.type().equals("Ready"))
                        .findFirst()
                        .map(c -> c.status().equals("True") ? "Ready" : "NotReady")
                        .orElse("Unknown");
        return node.spec().unschedulable() ? ready + ",SchedulingDisabled" : ready;
    }

    private static String address(Node node, String type) {
        return node.status().addresses().stream()
                .filter(a -> a.type().equals(type))
                .map(NodeAddress::address)
                .findFirst()
                .orElse("<none>");
    }

    private static Object service(String column, Struct object, Instant now) {
        Service service = new Service(object);
        return switch (column) {
            case "Type" -> service.spec().type();
            case "Cluster-IP" ->
                    service.spec().clusterIP().isEmpty() ? "<none>" : service.spec().clusterIP();
            case "External-IP" ->
                    switch (service.spec().type()) {
                        case "ExternalName" -> service.spec().externalName();
                        case "LoadBalancer" -> "<pending>";
                        default -> Cells.joined(service.spec().externalIPs());
                    };
            case "Port(s)" ->
                    Cells.joined(service.spec().ports().stream().map(KindCells::port).toList());
            case "Selector" -> Cells.joined(pairs(service.spec().selector()));
            default -> Cells.common(column, object, now);
        };
    }

    private static String port(ServicePort port) {
        String node = port.nodePort() == 0 ? "" : ":" + port.nodePort();
        return port.port() + node + "/" + port.protocol();
    }

    /** {@code key=value}, one after the other. */
    static List<String> pairs(Map<String, String> map) {
        return map.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
    }

    private static Object endpoints(String column, Struct object, Instant now) {
        if (!column.equals("Endpoints")) {
            return Cells.common(column, object, now);
        }
        List<String> all = new ArrayList<>();
        for (var subset : new Endpoints(object).subsets()) {
            for (var port : subset.ports()) {
                subset.addresses().forEach(a -> all.add(a.ip() + ":" + port.port()));
            }
        }
        return shortened(all);
    }

    private static Object slice(String column, Struct object, Instant now) {
        EndpointSlice slice = new EndpointSlice(object);
        return switch (column) {
            case "AddressType" -> slice.addressType();
            case "Ports" ->
                    shortened(slice.ports().stream().map(p -> Integer.toString(p.port())).toList());
            case "Endpoints" ->
                    shortened(
                            slice.endpoints().stream()
                                    .flatMap(e -> e.addresses().stream())
                                    .toList());
            default -> Cells.common(column, object, now);
        };
    }

    private static String shortened(List<String> all) {
        return all.size() <= 3
                ? Cells.joined(all)
                : String.join(",", all.subList(0, 3)) + " + " + (all.size() - 3) + " more...";
    }

    private static Object event(String column, Struct object, Instant now) {
        Event event = new Event(object);
        Optional<Instant> last =
                event.lastTimestamp().or(event::eventTime).or(event::firstTimestamp);
        return switch (column) {
            case "Last Seen" -> Ages.since(last, now);
            case "First Seen" -> Ages.since(event.firstTimestamp().or(event::eventTime), now);
            case "Type" -> event.type();
            case "Reason" -> event.reason();
            case "Object" ->
                    event.involvedObject().kind().toLowerCase(java.util.Locale.ROOT)
                            + "/"
                            + event.involvedObject().name();
            case "Subobject" -> event.involvedObject().fieldPath();
            case "Source" ->
                    event.source().component()
                            + (event.source().host().isEmpty() ? "" : ", " + event.source().host());
            case "Message" -> event.message();
            case "Count" -> Math.max(1, event.count());
            default -> Cells.common(column, object, now);
        };
    }

    private static Object namespace(String column, Struct object, Instant now) {
        return column.equals("Status")
                ? object.text("status", "phase")
                : Cells.common(column, object, now);
    }

    private static Object secret(String column, Struct object, Instant now) {
        return column.equals("Type") ? object.text("type") : count(column, "data", object, now);
    }

    private static Object count(String column, String field, Struct object, Instant now) {
        if (!column.equalsIgnoreCase(field)) {
            return Cells.common(column, object, now);
        }
        int count = size(object, field);
        return field.equals("data") ? count + size(object, "binaryData") : count;
    }

    private static int size(Struct object, String field) {
        return object.find(field)
                .map(v -> v instanceof Map<?, ?> map ? map.size() : ((List<?>) v).size())
                .orElse(0);
    }

    private static Object lease(String column, Struct object, Instant now) {
        return column.equals("Holder")
                ? object.text("spec", "holderIdentity")
                : Cells.common(column, object, now);
    }

    private static Object plugin(String column, Struct object, Instant now) {
        Plugin plugin = new Plugin(object);
        return switch (column) {
            case "Plugin" -> plugin.spec().pluginId();
            case "Version" -> plugin.spec().version();
            case "Enabled" -> !plugin.spec().hasEnabled() || plugin.spec().enabled();
            case "Loaded" ->
                    plugin.status().nodes().stream().filter(n -> n.state().equals("Loaded")).count()
                            + "/"
                            + plugin.status().nodes().size();
            default -> Cells.common(column, object, now);
        };
    }
}
