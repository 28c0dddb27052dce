package dev.quilla.proxy;

import dev.quilla.plugin.NetworkProxy;
import dev.quilla.plugin.NetworkProxyFactory;
import dev.quilla.plugin.ProxyContext;
import java.io.IOException;

/** Makes the proxy that programs the kernel; the worker must be root and have nftables. */
public final class NftablesProxyFactory implements NetworkProxyFactory {

    /** By which a node's label chooses it. */
    public static final String NAME = "nftables";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public NetworkProxy create(ProxyContext context) throws IOException {
        return new NftablesProxy(
                context,
                new KernelTable(context.clusterId(), new Nft()),
                new Conntrack(),
                Relays.open(InsideClients.of(context), System::nanoTime));
    }

    /**
     * Removes what a worker that died has left in the kernel.
     *
     * @throws IOException if nftables refuses
     */
    public static void remove(String clusterId) throws IOException, InterruptedException {
        new KernelTable(clusterId, new Nft()).remove();
    }
}
