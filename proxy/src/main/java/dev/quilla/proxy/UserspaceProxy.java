package dev.quilla.proxy;

import dev.quilla.plugin.NetworkProxy;
import dev.quilla.plugin.ProxyContext;
import dev.quilla.plugin.ServiceChanges;
import dev.quilla.plugin.ServiceTable;
import java.util.Set;
import java.util.TreeSet;

/**
 * Services without any privilege: listens on each service's own loopback address and on node ports,
 * and carries bytes and datagrams to a pod. Pods see the node as their client, so a traffic policy
 * chooses backends but keeps no client's address; external addresses are not served.
 */
final class UserspaceProxy implements NetworkProxy {

    private final Set<String> nodeAddresses = new TreeSet<>(Listening.LOOPBACK);
    private final Relays relays;
    private volatile long confirmed;

    UserspaceProxy(ProxyContext context, Relays relays) {
        nodeAddresses.addAll(context.nodeAddresses());
        this.relays = relays;
    }

    @Override
    public void apply(ServiceTable table, ServiceChanges changes) {
        if (relays.serve(Listening.all(table, nodeAddresses))) {
            confirmed = table.generation();
        }
    }

    @Override
    public long confirmed() {
        return confirmed;
    }

    @Override
    public void close() {
        relays.close();
    }
}
