package dev.quilla.server.worker;

import dev.quilla.kubelet.Kubelet;
import dev.quilla.kubelet.KubeletConfig;
import dev.quilla.plugin.ProxyContext;
import dev.quilla.proxy.ApiBalancer;
import dev.quilla.proxy.LocalServices;
import dev.quilla.proxy.NftablesProxyFactory;
import dev.quilla.proxy.ProxyService;
import dev.quilla.proxy.UserspaceProxyFactory;
import dev.quilla.server.config.NetworkMode;
import dev.quilla.server.config.WorkerConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The composition root of a worker: API balancer, kubelet and proxy. */
public final class WorkerProcess implements AutoCloseable {

    private static final String LOCALHOST = "127.0.0.1";

    private final ApiBalancer balancer;
    private final Kubelet kubelet;
    private final ProxyService proxy;

    private WorkerProcess(ApiBalancer balancer, Kubelet kubelet, ProxyService proxy) {
        this.balancer = balancer;
        this.kubelet = kubelet;
        this.proxy = proxy;
    }

    /**
     * Starts a worker.
     *
     * @throws IOException if a file or an address can't be used
     */
    public static WorkerProcess start(WorkerConfig config)
            throws IOException, InterruptedException {
        ApiBalancer balancer =
                ApiBalancer.listen(
                        new InetSocketAddress(LOCALHOST, config.balancerPort()), config.masters());
        try {
            Kubelet kubelet = kubelet(config);
            ProxyService proxy = proxy(config, kubelet);
            proxy.start();
            return new WorkerProcess(balancer, kubelet, proxy);
        } catch (IOException | InterruptedException | RuntimeException e) {
            balancer.close();
            throw e;
        }
    }

    private static Kubelet kubelet(WorkerConfig config) throws IOException, InterruptedException {
        return Kubelet.start(
                new KubeletConfig(
                        config.name(),
                        config.dataDir(),
                        config.caFile(),
                        config.bootstrapTokenFile(),
                        config.masters(),
                        config.nodeAddress(),
                        config.kubeletPort(),
                        config.labels(),
                        config.network() == NetworkMode.BRIDGE
                                ? List.of(config.network().dnsAddress())
                                : List.of(),
                        "cluster.local"),
                Machines.open(config, InstantSource.system()),
                InstantSource.system());
    }

    private static ProxyService proxy(WorkerConfig config, Kubelet kubelet) {
        return new ProxyService(
                kubelet.client(),
                config.sharedDir(),
                new ProxyContext(
                        config.clusterId(),
                        config.name(),
                        List.of(config.nodeAddress()),
                        config.network().serviceRange(),
                        config.network().podRange(),
                        kubelet.podCidr()),
                config.dataDir(),
                config.network() == NetworkMode.BRIDGE
                        ? NftablesProxyFactory.NAME
                        : UserspaceProxyFactory.NAME,
                config.network() == NetworkMode.BRIDGE
                        ? Optional.of(
                                new LocalServices(
                                        config.network().dnsAddress(),
                                        "cluster.local",
                                        config.masters()))
                        : Optional.empty());
    }

    @Override
    public void close() {
        proxy.close();
        kubelet.close();
        balancer.close();
    }
}
