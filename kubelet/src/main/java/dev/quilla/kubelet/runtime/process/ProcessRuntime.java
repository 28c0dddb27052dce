package dev.quilla.kubelet.runtime.process;

import dev.quilla.kubelet.runtime.ContainerId;
import dev.quilla.kubelet.runtime.ContainerRuntime;
import dev.quilla.kubelet.runtime.ContainerRuntimeException;
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
import dev.quilla.kubelet.runtime.PodKey;
import dev.quilla.kubelet.runtime.PullPolicy;
import dev.quilla.kubelet.runtime.RegistryLogin;
import dev.quilla.kubelet.runtime.Resources;
import dev.quilla.kubelet.runtime.RuntimeContainer;
import dev.quilla.kubelet.runtime.RuntimeEvent;
import dev.quilla.kubelet.runtime.RuntimeInfo;
import dev.quilla.kubelet.runtime.Sandbox;
import dev.quilla.kubelet.runtime.SandboxId;
import dev.quilla.kubelet.runtime.SandboxSpec;
import dev.quilla.kubelet.runtime.Subscription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Containers as processes of this machine, with no container engine: in namespaces of their own
 * where the worker is root, as plain processes of the user otherwise. Their only image is {@code
 * host}, the machine's own files. All state is in files, and a small shim a container notes its
 * output and its end, so a runtime opened later goes on where the one before it was.
 */
public final class ProcessRuntime implements ContainerRuntime {

    private final InstantSource clock;
    private final ProcessEvents events;
    private final MountPoints mountPoints;
    private final ProcessSandboxes sandboxes;
    private final ProcessContainers containers;
    private final ProcessExecs execs;

    private ProcessRuntime(ProcessConfig config, InstantSource clock, ProcessEvents events) {
        this.clock = clock;
        this.events = events;
        this.mountPoints = new MountPoints(config.directory());
        this.sandboxes = new ProcessSandboxes(config, events::tell);
        this.containers = new ProcessContainers(config, sandboxes, events, mountPoints);
        this.execs = new ProcessExecs(containers);
    }

    /**
     * Whether containers of an ordinary user's worker can have volumes here: whether this machine
     * lets its users make user namespaces.
     */
    public static boolean mountsForItsUser() {
        return OwnRoot.isPossible();
    }

    /**
     * Opens the runtime on its directory, and follows what still runs there.
     *
     * @throws IOException if the directory can't be used
     */
    public static ProcessRuntime open(ProcessConfig config, InstantSource clock)
            throws IOException {
        Files.createDirectories(config.directory());
        Records.endRemovals(config.directory());
        ProcessRuntime runtime = new ProcessRuntime(config, clock, new ProcessEvents());
        for (SandboxFiles sandbox : runtime.sandboxes.all()) {
            PodKey pod = SandboxFiles.pod(sandbox.values().orElse(Map.of()));
            for (Path directory : Records.directories(sandbox.containers())) {
                runtime.events.follow(pod, new ContainerFiles(directory));
            }
        }
        runtime.events.start();
        return runtime;
    }

    @Override
    public RuntimeInfo info() {
        return new RuntimeInfo("process", System.getProperty("os.version", "unknown"));
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
        of(id).forEach(containers::kill);
        sandboxes.stop(id);
    }

    @Override
    public void removeSandbox(SandboxId id) {
        stopSandbox(id);
        of(id).forEach(containers::remove);
        sandboxes.remove(id);
    }

    private List<ContainerId> of(SandboxId id) {
        return Records.directories(sandboxes.files(id).containers()).stream()
                .map(d -> ProcessContainers.id(id, new ContainerFiles(d)))
                .toList();
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
    public LogStream logs(ContainerId id, LogOptions options) throws IOException {
        ContainerFiles files = containers.files(id);
        if (files.values().isEmpty()) {
            throw new ContainerRuntimeException(Reason.NOT_FOUND, "no container " + id);
        }
        return ProcessLog.open(files, options);
    }

    @Override
    public Inventory list() {
        List<Sandbox> foundSandboxes = new ArrayList<>();
        List<RuntimeContainer> foundContainers = new ArrayList<>();
        for (SandboxFiles files : sandboxes.all()) {
            Optional<Sandbox> sandbox = files.find();
            sandbox.ifPresent(foundSandboxes::add);
            sandbox.stream().flatMap(s -> containersOf(files, s)).forEach(foundContainers::add);
        }
        return new Inventory(foundSandboxes, foundContainers);
    }

    private static Stream<RuntimeContainer> containersOf(SandboxFiles files, Sandbox sandbox) {
        return Records.directories(files.containers()).stream()
                .map(ContainerFiles::new)
                .flatMap(c ->
                        c
                                .find(
                                        ProcessContainers.id(sandbox.id(), c),
                                        sandbox.id(),
                                        sandbox.pod())
                                .stream());
    }

    @Override
    public Subscription events(Consumer<RuntimeEvent> listener) {
        return events.listen(listener);
    }

    @Override
    public Image ensureImage(String reference, PullPolicy policy, List<RegistryLogin> logins) {
        return HostImage.ensure(reference, policy);
    }

    @Override
    public boolean hasImage(String reference) {
        return HostImage.is(reference);
    }

    @Override
    public List<Image> images() {
        return List.of(HostImage.image(HostImage.NAME));
    }

    @Override
    public ContainerStats stats(ContainerId id) {
        ProcessHandle process = containers.running(id);
        Cgroup cgroup = containers.cgroup(id);
        List<ProcessHandle> all = Stream.concat(Stream.of(process), process.descendants()).toList();
        long cpu =
                cgroup.cpuNanos()
                        .orElseGet(() ->
                                all.stream()
                                        .flatMap(p -> p.info().totalCpuDuration().stream())
                                        .mapToLong(Duration::toNanos)
                                        .sum());
        long memory = cgroup.memoryBytes().orElseGet(() -> ResidentMemory.of(all));
        return new ContainerStats(clock.instant(), cpu, memory, memory);
    }

    @Override
    public boolean limits(ContainerId id) {
        return containers.cgroup(id).limits();
    }

    @Override
    public void update(ContainerId id, Resources resources) {
        try {
            containers.cgroup(id).change(resources);
        } catch (IOException e) {
            throw new ContainerRuntimeException(
                    Reason.UNAVAILABLE, "the kernel refused the limits: " + e.getMessage(), e);
        }
    }

    /**
     * Takes away what was made on this machine for all of the node's containers: places to mount
     * over, and control groups. Only when none of the containers is left.
     */
    public void removeTraces() throws IOException {
        mountPoints.remove();
        containers.removeCgroups();
    }

    @Override
    public void close() {
        events.close();
    }
}
