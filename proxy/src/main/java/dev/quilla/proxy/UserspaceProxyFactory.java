package dev.quilla.proxy;

import dev.quilla.plugin.NetworkProxy;
import dev.quilla.plugin.NetworkProxyFactory;
import dev.quilla.plugin.ProxyContext;
import java.io.IOException;

/** Makes the proxy that needs no privilege. */
public final class UserspaceProxyFactory implements NetworkProxyFactory {

    /** By which a node's label chooses it. */
    public static final String NAME = "userspace";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public NetworkProxy create(ProxyContext context) throws IOException {
        return new UserspaceProxy(
                context, Relays.open(InsideClients.of(context), System::nanoTime));
    }
}
