package dev.quilla.proxy;

import dev.quilla.plugin.NetworkProxyFactory;
import dev.quilla.plugin.PluginContext;
import dev.quilla.plugin.QuillaPlugin;
import java.util.List;

/** The plugin that brings the built-in proxies, found by name like anyone else's. */
final class BuiltInProxies implements QuillaPlugin {

    @Override
    public List<NetworkProxyFactory> networkProxies(PluginContext context) {
        return List.of(new NftablesProxyFactory(), new UserspaceProxyFactory());
    }
}
