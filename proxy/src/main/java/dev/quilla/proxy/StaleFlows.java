package dev.quilla.proxy;

import dev.quilla.plugin.ServiceTable;
import dev.quilla.plugin.ServiceTable.Backend;
import dev.quilla.plugin.ServiceTable.Frontend;
import dev.quilla.plugin.ServiceTable.Protocol;
import dev.quilla.plugin.ServiceTable.ServicePort;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which UDP flows are led wrong after services have changed: the kernel decides about a flow once,
 * so one to a backend that is gone would go on to nowhere for as long as its client sends, and one
 * that began before its service had a backend would never reach any. TCP needs none of this: its
 * connections end by themselves.
 */
final class StaleFlows {

    /** An address and port as one number, for millions of flows. */
    private final Map<Long, Set<Long>> byAddress = new HashMap<>();

    private final Map<Integer, Set<Long>> byNodePort = new HashMap<>();

    private StaleFlows() {}

    /** Those of services that differ between two tables. */
    static StaleFlows between(ServiceTable before, ServiceTable now) {
        StaleFlows stale = new StaleFlows();
        before.ports()
                .forEach((key, port) -> {
                    if (!port.equals(now.ports().get(key))) {
                        stale.mayLead(port, Set.of());
                    }
                });
        now.ports()
                .forEach((key, port) -> {
                    if (!port.equals(before.ports().get(key))) {
                        stale.mayLead(port, backends(port));
                    }
                });
        return stale;
    }

    private void mayLead(ServicePort port, Set<Long> backends) {
        if (port.protocol() != Protocol.UDP) {
            return;
        }
        for (Frontend frontend : port.frontends()) {
            switch (frontend) {
                case Frontend.ClusterIp(String address, int number) ->
                        byAddress.put(place(address, number), backends);
                case Frontend.External(String address, int number) ->
                        byAddress.put(place(address, number), backends);
                case Frontend.NodePort(int number) -> byNodePort.put(number, backends);
            }
        }
    }

    private static Set<Long> backends(ServicePort port) {
        Set<Long> backends = new HashSet<>();
        for (Backend backend : port.clusterBackends()) {
            backends.add(place(backend.address(), backend.port()));
        }
        return backends;
    }

    boolean isEmpty() {
        return byAddress.isEmpty() && byNodePort.isEmpty();
    }

    boolean holds(UdpFlow flow) {
        Set<Long> backends = byAddress.get(place(flow.to(), flow.port()));
        if (backends == null && byNodePort.containsKey(flow.port()) && isOwn(flow.to())) {
            backends = byNodePort.get(flow.port());
        }
        return backends != null && !backends.contains(place(flow.answers(), flow.answersPort()));
    }

    private static boolean isOwn(int address) {
        try {
            byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(address).array();
            InetAddress ip = InetAddress.getByAddress(bytes);
            // A node port of 127.0.0.1 is a relay's; the kernel leads it nowhere.
            return !ip.isLoopbackAddress() && NetworkInterface.getByInetAddress(ip) != null;
        } catch (SocketException | UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long place(String address, int port) {
        return place(Ipv4Range.number(InetAddress.ofLiteral(address)), port);
    }

    private static long place(int address, int port) {
        return (address & 0xffff_ffffL) << 16 | port;
    }
}
