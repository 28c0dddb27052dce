package dev.quilla.proxy;

import dev.quilla.plugin.NetworkProxy;
import dev.quilla.plugin.ProxyContext;
import dev.quilla.plugin.ServiceChanges;
import dev.quilla.plugin.ServiceTable;
import dev.quilla.plugin.ServiceTable.Backend;
import dev.quilla.plugin.ServiceTable.Frontend;
import dev.quilla.plugin.ServiceTable.Protocol;
import dev.quilla.plugin.ServiceTable.ServicePort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Services without any privilege: listens on each service's own loopback address and carries bytes
 * to a pod. TCP only.
 */
final class UserspaceProxy implements NetworkProxy {

    private static final Logger LOG = LoggerFactory.getLogger(UserspaceProxy.class);

    private final ProxyContext context;
    private final Map<InetSocketAddress, TcpRelay> relays = new HashMap<>();
    private final Set<InetSocketAddress> refused = new HashSet<>();
    private volatile long confirmed;

    UserspaceProxy(ProxyContext context) {
        this.context = context;
    }

    @Override
    public void apply(ServiceTable table, ServiceChanges changes) {
        Map<InetSocketAddress, List<Backend>> wanted = new HashMap<>();
        for (ServicePort port : table.ports().values()) {
            if (port.protocol() != Protocol.TCP) {
                continue;
            }
            for (Frontend frontend : port.frontends()) {
                switch (frontend) {
                    case Frontend.ClusterIp(String address, int number) ->
                            wanted.put(new InetSocketAddress(address, number), port.backends());
                    case Frontend.NodePort(int number) ->
                            context.nodeAddresses()
                                    .forEach(a ->
                                            wanted.put(
                                                    new InetSocketAddress(a, number),
                                                    port.externalBackends()));
                    case Frontend.External ignored -> {
                        // An address that is not this machine's can't be listened on.
                    }
                }
            }
        }
        relays.entrySet()
                .removeIf(e -> {
                    boolean gone = !wanted.containsKey(e.getKey());
                    if (gone) {
                        e.getValue().close();
                    }
                    return gone;
                });
        refused.retainAll(wanted.keySet());
        wanted.forEach(this::serve);
        confirmed = table.generation();
    }

    private void serve(InetSocketAddress address, List<Backend> backends) {
        TcpRelay relay = relays.get(address);
        if (relay != null) {
            relay.update(backends);
            return;
        }
        try {
            relays.put(address, TcpRelay.listen(address, backends));
            refused.remove(address);
        } catch (IOException e) {
            if (refused.add(address)) {
                LOG.warn("can't listen on {} for a service: {}", address, e.getMessage());
            }
        }
    }

    @Override
    public long confirmed() {
        return confirmed;
    }

    @Override
    public void close() {
        relays.values().forEach(TcpRelay::close);
        relays.clear();
    }
}
