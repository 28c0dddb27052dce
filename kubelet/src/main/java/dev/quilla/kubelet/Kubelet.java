package dev.quilla.kubelet;

import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.http.FileCredentials;
import dev.quilla.client.http.HttpsOptions;
import dev.quilla.client.http.HttpsTransport;
import dev.quilla.http.HttpServer;
import dev.quilla.http.HttpServerConfig;
import dev.quilla.kubelet.network.PeerRoutes;
import dev.quilla.kubelet.network.PodNetwork;
import dev.quilla.kubelet.pods.NodeFacts;
import dev.quilla.kubelet.pods.PodManager;
import dev.quilla.kubelet.runtime.ContainerRuntime;
import dev.quilla.kubelet.stats.MachineUsage;
import dev.quilla.kubelet.stats.StatsSummary;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** The node agent. Its end touches no container: the next kubelet takes them over. */
public final class Kubelet implements AutoCloseable {

    private final HttpsTransport transport;
    private final ApiClient client;
    private final EventRecorder events;
    private final NodePlugins plugins;
    private final PodManager pods;
    private final HttpServer server;
    private final NodeReporter reporter;
    private final ContainerRuntime runtime;
    private final PodNetwork network;
    private final PeerRoutes peers;
    private final String podCidr;

    private Kubelet(
            HttpsTransport transport,
            ApiClient client,
            EventRecorder events,
            NodePlugins plugins,
            PodManager pods,
            HttpServer server,
            NodeReporter reporter,
            ContainerRuntime runtime,
            PodNetwork network,
            PeerRoutes peers,
            String podCidr) {
        this.transport = transport;
        this.client = client;
        this.events = events;
        this.plugins = plugins;
        this.pods = pods;
        this.server = server;
        this.reporter = reporter;
        this.runtime = runtime;
        this.network = network;
        this.peers = peers;
        this.podCidr = podCidr;
    }

    /**
     * Starts a kubelet: certificates, node, pods, and then the report that it is ready.
     *
     * @throws IOException if a file or an address can't be used, or nobody signs its certificate
     */
    public static Kubelet start(KubeletConfig config, Machine machine, InstantSource clock)
            throws IOException, InterruptedException {
        NodeCertificates certificates = new NodeCertificates(config, clock);
        certificates.ensureClient();
        HttpsTransport transport =
                new HttpsTransport(
                        HttpsOptions.of(
                                        config.masters(),
                                        FileCredentials.mutual(
                                                config.caFile(),
                                                certificates.clientCertificate(),
                                                certificates.clientKey()))
                                .withUserAgent("kubelet/" + config.nodeName()));
        ApiClient client = new ApiClient(transport);
        certificates.ensureServing(client);
        NodeReporter reporter = new NodeReporter(config, client, machine.runtime(), clock);
        String podCidr = reporter.register();
        EventRecorder events = new EventRecorder(client, "kubelet", config.nodeName(), clock);
        PodNetwork network = machine.network().open(podCidr);
        NodePlugins plugins = new NodePlugins(client, config.nodeName(), config.dataDir());
        plugins.start();
        PodManager pods =
                new PodManager(
                        client,
                        new NodeFacts(
                                config.nodeName(),
                                config.nodeAddress(),
                                config.clusterDns(),
                                config.clusterDomain(),
                                NodeReporter.memoryBytes(),
                                machine.mounts(),
                                machine.root()),
                        podsDirectory(config.dataDir()),
                        machine.runtime(),
                        network,
                        plugins.host(),
                        events,
                        clock);
        HttpServer server =
                new HttpServer(
                        HttpServerConfig.of(
                                "kubelet",
                                List.of(
                                        new HttpServerConfig.Listener(
                                                config.nodeAddress(), config.port(), false)),
                                new HttpServerConfig.Certificates(
                                        certificates.servingKey(),
                                        certificates.servingCertificate(),
                                        config.caFile())),
                        new KubeletServer(
                                pods,
                                machine.runtime(),
                                new StatsSummary(
                                        config.nodeName(),
                                        machine.runtime(),
                                        new MachineUsage(Path.of("/proc"), clock),
                                        clock,
                                        Thread::sleep),
                                new NodePorts(
                                        config.nodeName(),
                                        InetAddress.ofLiteral(config.nodeAddress())),
                                clock));
        server.start();
        pods.start();
        PeerRoutes peers = new PeerRoutes(client, network, config.nodeName());
        peers.start();
        reporter.start();
        return new Kubelet(
                transport,
                client,
                events,
                plugins,
                pods,
                server,
                reporter,
                machine.runtime(),
                network,
                peers,
                podCidr);
    }

    /** Where a kubelet with that directory keeps its pods' files. */
    public static Path podsDirectory(Path dataDir) {
        return dataDir.resolve("pods");
    }

    /** The client that acts as the node; the proxy shares it. */
    public ApiClient client() {
        return client;
    }

    /** The node's range of pod addresses, as CIDR. */
    public String podCidr() {
        return podCidr;
    }

    @Override
    public void close() {
        reporter.close();
        server.close();
        peers.close();
        pods.close();
        plugins.close();
        network.close();
        runtime.close();
        events.close();
        transport.close();
    }
}
