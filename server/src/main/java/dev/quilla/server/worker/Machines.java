package dev.quilla.server.worker;

import dev.quilla.kubelet.Kubelet;
import dev.quilla.kubelet.Machine;
import dev.quilla.kubelet.network.BridgeConfig;
import dev.quilla.kubelet.network.BridgeNetwork;
import dev.quilla.kubelet.network.Cidr;
import dev.quilla.kubelet.network.LoopbackNetwork;
import dev.quilla.kubelet.network.PodNetwork;
import dev.quilla.kubelet.runtime.ContainerRuntime;
import dev.quilla.kubelet.runtime.Sandbox;
import dev.quilla.kubelet.runtime.docker.DockerConfig;
import dev.quilla.kubelet.runtime.docker.DockerRuntime;
import dev.quilla.kubelet.runtime.process.ProcessConfig;
import dev.quilla.kubelet.runtime.process.ProcessRuntime;
import dev.quilla.kubelet.volumes.PodVolumes;
import dev.quilla.proxy.NftablesProxyFactory;
import dev.quilla.server.config.NetworkMode;
import dev.quilla.server.config.RuntimeMode;
import dev.quilla.server.config.WorkerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/** What a worker of a configuration finds on its machine, and how it leaves it. */
public final class Machines {

    private Machines() {}

    /** The machine as a worker uses it. */
    static Machine open(WorkerConfig config, InstantSource clock) throws IOException {
        return new Machine(
                runtime(config, clock),
                podCidr -> network(config, podCidr),
                mounts(config),
                isRoot());
    }

    private static ContainerRuntime runtime(WorkerConfig config, InstantSource clock)
            throws IOException {
        return switch (config.runtime()) {
            case DOCKER ->
                    DockerRuntime.open(
                            new DockerConfig(
                                    DockerConfig.DEFAULT_HOST,
                                    config.clusterId(),
                                    config.name(),
                                    config.dataDir().resolve("sandboxes")),
                            clock);
            case PROCESS -> processes(config, clock);
        };
    }

    private static ProcessRuntime processes(WorkerConfig config, InstantSource clock)
            throws IOException {
        return ProcessRuntime.open(
                new ProcessConfig(
                        config.clusterId(),
                        config.name(),
                        config.dataDir().resolve("sandboxes"),
                        isRoot()),
                clock);
    }

    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    private static PodNetwork network(WorkerConfig config, String podCidr) throws IOException {
        Cidr own = Cidr.parse(podCidr);
        return switch (config.network()) {
            case BRIDGE ->
                    BridgeNetwork.open(
                            new BridgeConfig(
                                    config.clusterId(),
                                    config.name(),
                                    own,
                                    Cidr.parse(config.network().podRange()),
                                    Cidr.parse(config.network().serviceRange()),
                                    config.dataDir().resolve("addresses")));
            case LOOPBACK -> LoopbackNetwork.open(own, config.dataDir().resolve("addresses"));
        };
    }

    private static boolean mounts(WorkerConfig config) throws IOException {
        return config.runtime() == RuntimeMode.DOCKER
                || isRoot()
                || ProcessRuntime.mountsForItsUser();
    }

    /** The runtime that {@code auto} means here. */
    public static RuntimeMode bestRuntime() {
        return DockerRuntime.answers(DockerConfig.DEFAULT_HOST)
                ? RuntimeMode.DOCKER
                : RuntimeMode.PROCESS;
    }

    /** The network that {@code auto} means here. */
    public static NetworkMode bestNetwork() {
        return BridgeNetwork.obstacle().isEmpty() ? NetworkMode.BRIDGE : NetworkMode.LOOPBACK;
    }

    /** Why a worker can't be had here as configured; empty if it can. */
    public static Optional<String> obstacle(RuntimeMode runtime, NetworkMode network) {
        if (runtime == RuntimeMode.DOCKER && !DockerRuntime.answers(DockerConfig.DEFAULT_HOST)) {
            return Optional.of(
                    "no Docker daemon answers at "
                            + DockerConfig.DEFAULT_HOST
                            + ": start one, or use --runtime process");
        }
        return network == NetworkMode.BRIDGE
                ? BridgeNetwork.obstacle()
                        .map(why ->
                                "the bridge network can't be had: "
                                        + why
                                        + "; or use --network loopback")
                : Optional.empty();
    }

    /**
     * Ends all pods of a worker that does not run, and takes back what it made of the network.
     *
     * @throws IOException if something can't be removed
     */
    public static void cleanUp(WorkerConfig config) throws IOException {
        try (ContainerRuntime runtime = runtime(config, InstantSource.system())) {
            for (Sandbox sandbox : runtime.list().sandboxes()) {
                runtime.stopSandbox(sandbox.id());
                runtime.removeSandbox(sandbox.id());
            }
            if (runtime instanceof ProcessRuntime processes) {
                processes.removeTraces();
            }
        }
        PodVolumes.unmountAll(Kubelet.podsDirectory(config.dataDir()));
        if (config.network() == NetworkMode.BRIDGE) {
            BridgeNetwork.remove(config.clusterId(), config.name());
            try {
                NftablesProxyFactory.remove(config.clusterId());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }
}
