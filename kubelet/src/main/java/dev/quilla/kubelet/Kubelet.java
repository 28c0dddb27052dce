package dev.quilla.kubelet;

import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.http.FileCredentials;
import dev.quilla.client.http.HttpsOptions;
import dev.quilla.client.http.HttpsTransport;
import dev.quilla.http.HttpServer;
import dev.quilla.http.HttpServerConfig;
import dev.quilla.kubelet.pods.PodManager;
import dev.quilla.kubelet.runtime.ProcessRuntime;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;

/** The node agent. Its end touches no container: the next kubelet takes them over. */
public final class Kubelet implements AutoCloseable {

    private final HttpsTransport transport;
    private final ApiClient client;
    private final EventRecorder events;
    private final PodManager pods;
    private final HttpServer server;
    private final NodeReporter reporter;
    private final String podCidr;

    private Kubelet(
            HttpsTransport transport,
            ApiClient client,
            EventRecorder events,
            PodManager pods,
            HttpServer server,
            NodeReporter reporter,
            String podCidr) {
        this.transport = transport;
        this.client = client;
        this.events = events;
        this.pods = pods;
        this.server = server;
        this.reporter = reporter;
        this.podCidr = podCidr;
    }

    /**
     * Starts a kubelet: certificates, node, pods, and then the report that it is ready.
     *
     * @throws IOException if a file or an address can't be used, or nobody signs its certificate
     */
    public static Kubelet start(KubeletConfig config, InstantSource clock)
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
        NodeReporter reporter = new NodeReporter(config, client, clock);
        String podCidr = reporter.register();
        EventRecorder events = new EventRecorder(client, "kubelet", config.nodeName(), clock);
        PodManager pods =
                new PodManager(
                        client,
                        config.nodeName(),
                        config.nodeAddress(),
                        config.dataDir().resolve("pods"),
                        podCidr,
                        new ProcessRuntime(config.dataDir().resolve("runtime")),
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
                        new KubeletServer(pods));
        server.start();
        pods.start();
        reporter.start();
        return new Kubelet(transport, client, events, pods, server, reporter, podCidr);
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
        pods.close();
        events.close();
        transport.close();
    }
}
