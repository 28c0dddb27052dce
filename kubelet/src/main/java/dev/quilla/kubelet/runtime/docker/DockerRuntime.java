package dev.quilla.kubelet.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Statistics;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.InvocationBuilder;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.quilla.kubelet.runtime.ContainerId;
import dev.quilla.kubelet.runtime.ContainerRuntime;
import dev.quilla.kubelet.runtime.ContainerRuntimeException.Reason;
import dev.quilla.kubelet.runtime.ContainerSpec;
import dev.quilla.kubelet.runtime.ContainerStats;
import dev.quilla.kubelet.runtime.ExecSession;
import dev.quilla.kubelet.runtime.ExecSpec;
import dev.quilla.kubelet.runtime.Image;
import dev.quilla.kubelet.runtime.Inventory;
import dev.quilla.kubelet.runtime.LogOptions;
import dev.quilla.kubelet.runtime.LogStream;
import dev.quilla.kubelet.runtime.NetworkNamespace;
import dev.quilla.kubelet.runtime.PullPolicy;
import dev.quilla.kubelet.runtime.RegistryLogin;
import dev.quilla.kubelet.runtime.Resources;
import dev.quilla.kubelet.runtime.RuntimeEvent;
import dev.quilla.kubelet.runtime.RuntimeInfo;
import dev.quilla.kubelet.runtime.SandboxId;
import dev.quilla.kubelet.runtime.SandboxSpec;
import dev.quilla.kubelet.runtime.Subscription;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Containers by a Docker daemon. A pause container holds a pod's namespaces, and labels tell whose
 * a container is, so all state is the daemon's. Several nodes may share one daemon.
 */
public final class DockerRuntime implements ContainerRuntime {

    private static final int CONNECTIONS_MAX = 4096;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final DockerClient docker;
    private final InstantSource clock;
    private final DockerSandboxes sandboxes;
    private final DockerContainers containers;
    private final DockerInventory inventory;
    private final DockerImages images;
    private final DockerExecs execs;
    private final DockerEvents events;

    private DockerRuntime(DockerClient docker, DockerConfig config, InstantSource clock) {
        DockerLabels labels = new DockerLabels(config.clusterId(), config.nodeName());
        DockerNames names = new DockerNames(config.clusterId(), config.nodeName());
        DockerSocket socket = new DockerSocket(config.host());
        this.docker = docker;
        this.clock = clock;
        this.sandboxes =
                new DockerSandboxes(
                        docker, labels, names, new PauseImage(docker, socket), config.directory());
        this.containers = new DockerContainers(docker, labels, names, sandboxes);
        this.inventory = new DockerInventory(docker, labels);
        this.images = new DockerImages(docker);
        this.execs = new DockerExecs(docker, socket);
        this.events = new DockerEvents(docker, labels);
    }

    /** Opens a runtime on a daemon; the daemon is first asked when something is wanted of it. */
    public static DockerRuntime open(DockerConfig config, InstantSource clock) {
        DockerRuntime runtime = new DockerRuntime(client(config.host()), config, clock);
        runtime.events.start();
        return runtime;
    }

    /** True if a daemon answers there. */
    public static boolean answers(URI host) {
        try (DockerClient client = client(host)) {
            client.pingCmd().exec();
            return true;
        } catch (IOException | RuntimeException _) {
            return false;
        }
    }

    static DockerClient client(URI host) {
        DefaultDockerClientConfig config =
                DefaultDockerClientConfig.createDefaultConfigBuilder()
                        .withDockerHost(host.toString())
                        .build();
        return DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(host)
                        .sslConfig(config.getSSLConfig())
                        .maxConnections(CONNECTIONS_MAX)
                        .connectionTimeout(CONNECT_TIMEOUT)
                        .build());
    }

    @Override
    public RuntimeInfo info() {
        return DockerErrors.calling(
                Reason.UNAVAILABLE,
                () ->
                        new RuntimeInfo(
                                "docker", String.valueOf(docker.versionCmd().exec().getVersion())));
    }

    @Override
    public SandboxId createSandbox(SandboxSpec spec) {
        return sandboxes.create(spec);
    }

    @Override
    public void startSandbox(SandboxId id) {
        sandboxes.start(id);
    }

    @Override
    public void writeHosts(SandboxId id, String text) {
        sandboxes.writeHosts(id, text);
    }

    @Override
    public NetworkNamespace networkNamespace(SandboxId id) {
        return sandboxes.networkNamespace(id);
    }

    @Override
    public void stopSandbox(SandboxId id) {
        sandboxes.stop(id);
    }

    @Override
    public void removeSandbox(SandboxId id) {
        sandboxes.remove(id);
    }

    @Override
    public ContainerId create(SandboxId sandbox, ContainerSpec spec) {
        return containers.create(sandbox, spec);
    }

    @Override
    public void start(ContainerId id) {
        containers.start(id);
    }

    @Override
    public void stop(ContainerId id, Duration grace) {
        containers.stop(id, grace);
    }

    @Override
    public void kill(ContainerId id) {
        containers.kill(id);
    }

    @Override
    public boolean limits(ContainerId id) {
        return true;
    }

    @Override
    public void update(ContainerId id, Resources resources) {
        containers.update(id, resources);
    }

    @Override
    public void remove(ContainerId id) {
        containers.remove(id);
    }

    @Override
    public ExecSession exec(ContainerId id, ExecSpec spec) {
        return execs.exec(id, spec);
    }

    @Override
    public ExecSession attach(ContainerId id) {
        return execs.attach(id);
    }

    @Override
    public LogStream logs(ContainerId id, LogOptions options) {
        return DockerErrors.calling(Reason.UNAVAILABLE, () -> DockerLogs.open(docker, id, options));
    }

    @Override
    public Inventory list() {
        return inventory.list();
    }

    @Override
    public Subscription events(Consumer<RuntimeEvent> listener) {
        return events.listen(listener);
    }

    @Override
    public Image ensureImage(String reference, PullPolicy policy, List<RegistryLogin> logins) {
        return images.ensure(reference, policy, logins);
    }

    @Override
    public boolean hasImage(String reference) {
        return images.find(reference).isPresent();
    }

    @Override
    public List<Image> images() {
        return images.all();
    }

    @Override
    public ContainerStats stats(ContainerId id) {
        return DockerErrors.calling(Reason.UNAVAILABLE, () -> stats(read(id)));
    }

    private Statistics read(ContainerId id) throws IOException {
        InvocationBuilder.AsyncResultCallback<Statistics> callback =
                new InvocationBuilder.AsyncResultCallback<>();
        try (callback) {
            return docker.statsCmd(id.value()).exec(callback).awaitResult();
        }
    }

    private ContainerStats stats(Statistics statistics) {
        Instant now = clock.instant();
        long cpu =
                Optional.ofNullable(statistics.getCpuStats().getCpuUsage())
                        .flatMap(c -> Optional.ofNullable(c.getTotalUsage()))
                        .orElse(0L);
        long usage = Optional.ofNullable(statistics.getMemoryStats().getUsage()).orElse(0L);
        long reclaimable =
                Optional.ofNullable(statistics.getMemoryStats().getStats())
                        .flatMap(s -> Optional.ofNullable(s.getTotalInactiveFile()))
                        .orElse(0L);
        return new ContainerStats(now, cpu, usage, Math.max(0, usage - reclaimable));
    }

    @Override
    public void close() {
        events.close();
        try {
            docker.close();
        } catch (IOException _) {
            // Connections are gone, which is what was wanted.
        }
    }
}
