package dev.quilla.examples.countingproxy;

import dev.quilla.plugin.NetworkProxy;
import dev.quilla.plugin.ProxyContext;
import dev.quilla.plugin.ServiceChanges;
import dev.quilla.plugin.ServiceTable;
import dev.quilla.plugin.ServiceTable.Frontend;
import dev.quilla.plugin.ServiceTable.Protocol;
import dev.quilla.plugin.ServiceTable.ServicePort;
import dev.quilla.plugin.ServiceTable.ServicePortKey;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;

/**
 * Listens on each TCP service's address and node port, and hands connections to its pods in turn.
 * For the {@code loopback} network, where service addresses are addresses of this machine.
 */
final class CountingProxy implements NetworkProxy {

    private final ProxyContext node;
    private final Logger log;
    private final Map<InetSocketAddress, Listener> listeners = new HashMap<>();
    private volatile long confirmed;

    CountingProxy(ProxyContext node, Logger log) {
        this.node = node;
        this.log = log;
    }

    /** What an address serves. */
    private record Served(ServicePortKey key, ServicePort port) {}

    @Override
    public void apply(ServiceTable table, ServiceChanges changes) throws IOException {
        Map<InetSocketAddress, Served> wanted = new HashMap<>();
        table.ports()
                .forEach((key, port) ->
                        addresses(port).forEach(a -> wanted.put(a, new Served(key, port))));
        listeners.entrySet().removeIf(l -> isGone(l.getKey(), l.getValue(), wanted));
        for (Map.Entry<InetSocketAddress, Served> entry : wanted.entrySet()) {
            Served served = entry.getValue();
            Listener listener = listeners.get(entry.getKey());
            if (listener == null) {
                listener = Listener.open(entry.getKey(), served.key().toString(), log);
                listeners.put(entry.getKey(), listener);
            }
            listener.serve(served.port().backends());
        }
        confirmed = table.generation();
    }

    private static boolean isGone(
            InetSocketAddress address, Listener listener, Map<InetSocketAddress, Served> wanted) {
        if (wanted.containsKey(address)) {
            return false;
        }
        listener.close();
        return true;
    }

    private List<InetSocketAddress> addresses(ServicePort port) {
        List<InetSocketAddress> addresses = new ArrayList<>();
        if (port.protocol() != Protocol.TCP) {
            return addresses;
        }
        for (Frontend frontend : port.frontends()) {
            switch (frontend) {
                case Frontend.ClusterIp(String address, int number) ->
                        addresses.add(new InetSocketAddress(address, number));
                case Frontend.NodePort(int number) ->
                        node.nodeAddresses()
                                .forEach(a -> addresses.add(new InetSocketAddress(a, number)));
                case Frontend.External _ -> {
                    // Not an address of this machine.
                }
            }
        }
        return addresses;
    }

    @Override
    public long confirmed() {
        return confirmed;
    }

    @Override
    public void close() {
        listeners.values().forEach(Listener::close);
        listeners.clear();
    }
}
