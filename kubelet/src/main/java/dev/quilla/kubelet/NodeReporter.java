package dev.quilla.kubelet;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Backoff;
import dev.quilla.client.TransportException;
import dev.quilla.kubelet.runtime.ContainerRuntime;
import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Quantity;
import dev.quilla.model.Resources;
import dev.quilla.model.coordination.v1.Lease;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.NodeAddress;
import dev.quilla.model.core.v1.NodeStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers the node, says how it is, and renews its lease. */
final class NodeReporter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NodeReporter.class);
    private static final Duration RENEW_EVERY = Duration.ofSeconds(5);
    private static final int LEASE_SECONDS = 40;

    /** The node's range of addresses comes from the leader, as a rule within one look. */
    private static final Duration LOOK = Duration.ofMillis(200);

    private static final Backoff AFTER_FAILURE = new Backoff(LOOK, RENEW_EVERY);

    private static final int PODS_MAX = 110;
    private static final String LEASES = "kube-node-lease";

    private final KubeletConfig config;
    private final ApiClient client;
    private final ContainerRuntime runtime;
    private final InstantSource clock;
    private Thread thread = Thread.ofVirtual().unstarted(() -> {});

    NodeReporter(
            KubeletConfig config, ApiClient client, ContainerRuntime runtime, InstantSource clock) {
        this.config = config;
        this.client = client;
        this.runtime = runtime;
        this.clock = clock;
    }

    private ObjectKey key() {
        return ObjectKey.cluster(config.nodeName());
    }

    /** Makes the node known and waits until it has a range of addresses; answers that range. */
    String register() throws InterruptedException {
        int failures = 0;
        while (true) {
            try {
                Optional<Node> node = client.resource(Resources.NODES).find(key());
                if (node.isEmpty()) {
                    client.resource(Resources.NODES).create(fresh());
                } else if (!node.get().spec().podCIDR().isEmpty()) {
                    return node.get().spec().podCIDR();
                }
                failures = 0;
            } catch (ApiException | TransportException e) {
                LOG.info("registering the node: {}", e.getMessage());
                failures++;
            }
            Thread.sleep(failures == 0 ? LOOK : AFTER_FAILURE.after(failures));
        }
    }

    private Node fresh() {
        return Node.builder().metadata(m -> m.name(config.nodeName()).labels(labels())).build();
    }

    private Map<String, String> labels() {
        Map<String, String> labels = new HashMap<>(config.labels());
        labels.put("kubernetes.io/hostname", config.nodeName());
        labels.put("kubernetes.io/os", "linux");
        labels.put("kubernetes.io/arch", architecture());
        return labels;
    }

    private static String architecture() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    }

    /** Starts to report that the node is ready, and to renew its lease. */
    void start() {
        thread = Thread.ofVirtual().name("node-reporter").start(this::run);
    }

    private void run() {
        try {
            while (true) {
                try {
                    report();
                    renew();
                } catch (ApiException | TransportException e) {
                    LOG.warn("reporting the node: {}", e.getMessage());
                } catch (RuntimeException e) {
                    LOG.error("reporting the node failed", e);
                }
                Thread.sleep(RENEW_EVERY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void report() {
        Optional<Node> found = client.resource(Resources.NODES).find(key());
        if (found.isEmpty()) {
            client.resource(Resources.NODES).create(fresh());
            return;
        }
        Node node = found.get();
        NodeStatus status = status(node.status());
        if (!status.equals(node.status())) {
            client.resource(Resources.NODES).updateStatus(node.toBuilder().status(status).build());
        }
    }

    private NodeStatus status(NodeStatus before) {
        Optional<String> problem = Optional.empty();
        String version = before.nodeInfo().containerRuntimeVersion();
        try {
            version = runtime.info().nodeVersion();
        } catch (ContainerRuntimeException e) {
            problem = Optional.of("container runtime is down: " + e.getMessage());
        }
        return status(before, version, problem);
    }

    private NodeStatus status(NodeStatus before, String version, Optional<String> problem) {
        Map<String, Quantity> capacity = capacity(before.capacity());
        return before.toBuilder()
                .capacity(capacity)
                .allocatable(capacity)
                .addresses(
                        List.of(
                                NodeAddress.builder()
                                        .type("InternalIP")
                                        .address(config.nodeAddress())
                                        .build(),
                                NodeAddress.builder()
                                        .type("Hostname")
                                        .address(config.nodeName())
                                        .build()))
                .daemonEndpoints(d -> d.kubeletEndpoint(k -> k.Port(config.port())))
                .nodeInfo(i ->
                        i.kubeletVersion("v1.36.3+quilla.1")
                                .osImage(read("/etc/os-release", "PRETTY_NAME="))
                                .operatingSystem("linux")
                                .architecture(architecture())
                                .kernelVersion(System.getProperty("os.version"))
                                .containerRuntimeVersion(version)
                                .machineID(read("/etc/machine-id", ""))
                                .systemUUID(read("/etc/machine-id", ""))
                                .bootID(read("/proc/sys/kernel/random/boot_id", "")))
                .conditions(NodeConditions.of(before.conditions(), problem, clock.instant()))
                .build();
    }

    /** What the node has, with what others say that it has, such as devices. */
    static Map<String, Quantity> capacity(Map<String, Quantity> before) {
        Map<String, Quantity> capacity = new HashMap<>(before);
        capacity.put("cpu", Quantity.of(Runtime.getRuntime().availableProcessors()));
        capacity.put("memory", Quantity.ofBytes(memoryBytes()));
        capacity.put("pods", Quantity.of(PODS_MAX));
        return capacity;
    }

    static long memoryBytes() {
        String kilobytes = read("/proc/meminfo", "MemTotal:").replaceAll("[^0-9]", "");
        return kilobytes.isEmpty()
                ? Runtime.getRuntime().maxMemory()
                : Long.parseLong(kilobytes) << 10;
    }

    private static String read(String file, String prefix) {
        try {
            return Files.readAllLines(Path.of(file)).stream()
                    .filter(l -> l.startsWith(prefix))
                    .map(l -> l.substring(prefix.length()).replace("\"", "").strip())
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    private void renew() {
        ObjectKey key = new ObjectKey(LEASES, config.nodeName());
        Optional<Lease> lease = client.resource(Resources.LEASES).find(key);
        if (lease.isEmpty()) {
            client.resource(Resources.LEASES)
                    .create(
                            Lease.builder()
                                    .metadata(m -> m.namespace(LEASES).name(config.nodeName()))
                                    .spec(s ->
                                            s.holderIdentity(config.nodeName())
                                                    .leaseDurationSeconds(LEASE_SECONDS)
                                                    .renewTime(clock.instant()))
                                    .build());
            return;
        }
        client.resource(Resources.LEASES)
                .update(lease.get().toBuilder().spec(s -> s.renewTime(clock.instant())).build());
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
