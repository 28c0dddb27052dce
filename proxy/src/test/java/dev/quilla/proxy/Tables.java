package dev.quilla.proxy;

import dev.quilla.plugin.ServiceTable;
import dev.quilla.plugin.ServiceTable.Backend;
import dev.quilla.plugin.ServiceTable.Frontend;
import dev.quilla.plugin.ServiceTable.Protocol;
import dev.quilla.plugin.ServiceTable.ServicePort;
import dev.quilla.plugin.ServiceTable.ServicePortKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Tables of services for tests. */
final class Tables {

    private Tables() {}

    static final class Builder {
        private final Map<ServicePortKey, ServicePort> ports = new TreeMap<>();

        Builder with(String service, ServicePort port) {
            ports.put(new ServicePortKey("default", service, "main"), port);
            return this;
        }

        ServiceTable build() {
            return new ServiceTable(1, new LinkedHashMap<>(ports));
        }
    }

    static Builder table() {
        return new Builder();
    }

    static ServiceTable table(String service, ServicePort port) {
        return table().with(service, port).build();
    }

    static List<Frontend> at(Frontend... frontends) {
        return List.of(frontends);
    }

    static Frontend cluster(String address, int port) {
        return new Frontend.ClusterIp(address, port);
    }

    static Frontend node(int port) {
        return new Frontend.NodePort(port);
    }

    static Frontend external(String address, int port) {
        return new Frontend.External(address, port);
    }

    static ServicePort tcp(List<Frontend> frontends, Backend... backends) {
        return ServicePort.of(Protocol.TCP, frontends, List.of(backends));
    }

    static ServicePort udp(List<Frontend> frontends, Backend... backends) {
        return ServicePort.of(Protocol.UDP, frontends, List.of(backends));
    }

    /** The same port, whose clients from outside reach only what runs here. */
    static ServicePort localOutside(ServicePort port) {
        return new ServicePort(
                port.protocol(),
                port.frontends(),
                port.backends(),
                port.clusterBackends().stream().filter(Backend::local).toList(),
                port.clusterBackends(),
                true,
                port.affinitySeconds());
    }

    /** The same port, whose own address leads only to what runs here. */
    static ServicePort localInside(ServicePort port) {
        return new ServicePort(
                port.protocol(),
                port.frontends(),
                port.clusterBackends().stream().filter(Backend::local).toList(),
                port.externalBackends(),
                port.clusterBackends(),
                port.keepsClientAddress(),
                port.affinitySeconds());
    }

    static ServicePort sticky(int seconds, ServicePort port) {
        return new ServicePort(
                port.protocol(),
                port.frontends(),
                port.backends(),
                port.externalBackends(),
                port.clusterBackends(),
                port.keepsClientAddress(),
                Optional.of(seconds));
    }

    static Backend here(String address, int port) {
        return new Backend(address, port, true);
    }

    static Backend elsewhere(String address, int port) {
        return new Backend(address, port, false);
    }
}
