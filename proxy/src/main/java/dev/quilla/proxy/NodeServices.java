package dev.quilla.proxy;

import dev.quilla.model.core.v1.Service;
import dev.quilla.model.discovery.v1.EndpointSlice;
import dev.quilla.plugin.ServiceTable;
import dev.quilla.plugin.ServiceTable.Backend;
import dev.quilla.plugin.ServiceTable.Frontend;
import dev.quilla.plugin.ServiceTable.Protocol;
import dev.quilla.plugin.ServiceTable.ServicePort;
import dev.quilla.plugin.ServiceTable.ServicePortKey;
import dev.quilla.proxy.dns.ClusterZone;
import dev.quilla.proxy.dns.DnsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The services that the node itself answers: names, and the way to the masters. Masters may listen
 * where no pod can reach them, on the loopback above all, so pods are led to a relay on the node.
 * Used by the proxy's thread.
 */
final class NodeServices implements AutoCloseable {

    private static final int DNS_PORT = 53;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Map<ServicePortKey, ServicePort> ports = new TreeMap<>();
    private String domain = "";
    private Optional<Backend> api = Optional.empty();
    private volatile ClusterZone zone = ClusterZone.of("cluster.local", List.of(), List.of());

    private NodeServices() {}

    /** A node whose pods need nothing of it. */
    static NodeServices none() {
        return new NodeServices();
    }

    /**
     * Listens on the node's address.
     *
     * @param clients whose questions for names are answered
     */
    static NodeServices open(
            LocalServices local, String nodeAddress, Predicate<InetAddress> clients)
            throws IOException {
        NodeServices services = new NodeServices();
        InetAddress address = InetAddress.ofLiteral(nodeAddress);
        services.domain = local.domain();
        DnsServer dns = DnsServer.listen(address, () -> services.zone, clients);
        services.open.add(dns);
        List<Frontend> frontends = List.of(new Frontend.ClusterIp(local.dnsAddress(), DNS_PORT));
        services.ports.put(
                new ServicePortKey("kube-system", "kube-dns", "dns"),
                ServicePort.of(
                        Protocol.UDP,
                        frontends,
                        List.of(new Backend(nodeAddress, dns.udpPort(), true))));
        services.ports.put(
                new ServicePortKey("kube-system", "kube-dns", "dns-tcp"),
                ServicePort.of(
                        Protocol.TCP,
                        frontends,
                        List.of(new Backend(nodeAddress, dns.tcpPort(), true))));
        try {
            ApiBalancer relay =
                    ApiBalancer.listen(new InetSocketAddress(address, 0), local.masters());
            services.open.add(relay);
            services.api = Optional.of(new Backend(nodeAddress, relay.port(), true));
        } catch (IOException e) {
            services.close();
            throw e;
        }
        return services;
    }

    /** Takes over how services are called now. */
    void update(List<Service> services, List<EndpointSlice> slices) {
        if (!domain.isEmpty()) {
            zone = ClusterZone.of(domain, services, slices);
        }
    }

    /** The table with what the node serves in it. */
    ServiceTable addTo(ServiceTable table) {
        Map<ServicePortKey, ServicePort> all = new TreeMap<>(table.ports());
        api.ifPresent(relay -> {
            List<Backend> backends = List.of(relay);
            all.replaceAll((key, port) ->
                    key.namespace().equals("default") && key.service().equals("kubernetes")
                            ? port.answeredBy(backends)
                            : port);
        });
        ports.forEach(all::putIfAbsent);
        return new ServiceTable(table.generation(), all);
    }

    @Override
    public void close() {
        for (AutoCloseable each : open) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IllegalStateException("can't close " + each, e);
            }
        }
    }
}
