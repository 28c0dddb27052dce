package dev.quilla.examples.countingproxy;

import dev.quilla.plugin.NetworkProxy;
import dev.quilla.plugin.NetworkProxyFactory;
import dev.quilla.plugin.PluginContext;
import dev.quilla.plugin.ProxyContext;
import dev.quilla.plugin.QuillaPlugin;
import java.util.List;
import org.pf4j.Extension;

/** Brings the proxy, which nodes choose by the label {@code quilla.dev/network-proxy=counting}. */
@Extension
public final class CountingProxyPlugin implements QuillaPlugin {

    @Override
    public List<NetworkProxyFactory> networkProxies(PluginContext context) {
        return List.of(
                new NetworkProxyFactory() {
                    @Override
                    public String name() {
                        return "counting";
                    }

                    @Override
                    public NetworkProxy create(ProxyContext node) {
                        return new CountingProxy(node, context.logger());
                    }
                });
    }
}
