package dev.quilla.kubelet.runtime.process;

import dev.quilla.kubelet.runtime.ContainerId;
import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.ContainerRuntimeException.Reason;
import dev.quilla.kubelet.runtime.ContainerSpec;
import dev.quilla.kubelet.runtime.Mount;
import dev.quilla.kubelet.runtime.OomScore;
import dev.quilla.kubelet.runtime.PodKey;
import dev.quilla.kubelet.runtime.Resources;
import dev.quilla.kubelet.runtime.RunState;
import dev.quilla.kubelet.runtime.SandboxId;
import dev.quilla.kubelet.runtime.libc.Libc;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Containers: a directory each, and a shim that outlives the kubelet. */
final class ProcessContainers {

    private static final Duration STARTS_WITHIN = Duration.ofSeconds(30);
    private static final Duration DIES_WITHIN = Duration.ofSeconds(10);
    private static final int NOT_FOUND = 127;

    private final ProcessConfig config;
    private final ProcessSandboxes sandboxes;
    private final ProcessEvents events;
    private final MountPoints mountPoints;

    ProcessContainers(
            ProcessConfig config,
            ProcessSandboxes sandboxes,
            ProcessEvents events,
            MountPoints mountPoints) {
        this.config = config;
        this.sandboxes = sandboxes;
        this.events = events;
        this.mountPoints = mountPoints;
    }

    /** A container's directory, from its id: pod's uid, sandbox's attempt, name, attempt. */
    ContainerFiles files(ContainerId id) {
        String[] parts = id.value().split("_");
        if (parts.length != 4) {
            throw new ContainerRuntimeException(Reason.NOT_FOUND, "no container " + id);
        }
        return files(sandboxOf(id), parts[2], parts[3]);
    }

    private ContainerFiles files(SandboxId sandbox, String name, String attempt) {
        return new ContainerFiles(
                sandboxes.files(sandbox).containers().resolve(name + "_" + attempt));
    }

    static SandboxId sandboxOf(ContainerId id) {
        String[] parts = id.value().split("_");
        return new SandboxId(parts[0] + "_" + parts[1]);
    }

    static ContainerId id(SandboxId sandbox, ContainerFiles files) {
        return new ContainerId(sandbox.value() + "_" + files.root().getFileName());
    }

    Cgroup cgroup(ContainerId id) {
        return Cgroup.of(cgroupOwner(), id.value());
    }

    /** No container may be left. */
    void removeCgroups() throws IOException {
        Cgroup.removeAll(cgroupOwner());
    }

    private String cgroupOwner() {
        return config.clusterId() + "-" + config.nodeName();
    }

    private PodKey pod(SandboxId sandbox) {
        return SandboxFiles.pod(sandboxes.values(sandbox));
    }

    ContainerId create(SandboxId sandbox, ContainerSpec spec) {
        Map<String, String> pod = sandboxes.values(sandbox);
        ContainerFiles files = files(sandbox, spec.name(), Integer.toString(spec.attempt()));
        ContainerId id = id(sandbox, files);
        if (!files.values().isEmpty()) {
            return id;
        }
        check(spec);
        try {
            Files.createDirectories(files.root());
            write(files, spec, sandbox, pod);
        } catch (IOException e) {
            throw new ContainerRuntimeException(
                    Reason.CREATE_CONTAINER,
                    "can't make container " + spec.name() + ": " + e.getMessage(),
                    e);
        }
        return id;
    }

    private void check(ContainerSpec spec) {
        if (spec.command().isEmpty() && spec.args().isEmpty()) {
            throw new ContainerRuntimeException(
                    Reason.CONTAINER_CONFIG,
                    "no command specified: the image \"host\" has none of its own");
        }
        if (confinement(spec) == Confinement.OWN_ROOT && !OwnRoot.isPossible()) {
            throw new ContainerRuntimeException(
                    Reason.CONTAINER_CONFIG,
                    "volumes need a worker that runs as root, or a machine whose users may make"
                            + " user namespaces");
        }
        for (Mount mount : spec.mounts()) {
            if (mount.propagation() != Mount.Propagation.PRIVATE) {
                throw new ContainerRuntimeException(
                        Reason.CONTAINER_CONFIG,
                        "%s: mountPropagation other than None needs --runtime docker"
                                .formatted(mount.target()));
            }
        }
    }

    private void write(
            ContainerFiles files, ContainerSpec spec, SandboxId sandbox, Map<String, String> pod)
            throws IOException {
        Confinement confinement = confinement(spec);
        List<Mount> mounts = confinement == Confinement.NONE ? List.of() : mounts(sandbox, spec);
        if (confinement == Confinement.NAMESPACES) {
            for (Mount mount : mounts) {
                mountPoints.ensure(mount);
            }
            ContainerMounts.prepare(files, mounts);
        } else if (confinement == Confinement.OWN_ROOT) {
            OwnRoot.prepare(files);
        }
        Records.write(files.init(), Scripts.init(files, spec, pod, mounts, confinement));
        Records.write(files.exec(), Scripts.exec(spec, confinement));
        if (spec.terminal().tty()) {
            Records.write(files.root().resolve("tty"), "");
        }
        if (spec.terminal().stdin()) {
            Libc.mkfifo(files.stdin().toString());
            if (spec.terminal().stdinOnce()) {
                Records.write(files.root().resolve("once"), "");
            }
        }
        Map<String, String> values = new TreeMap<>(Records.prefixed("label.", spec.labels()));
        values.put("name", spec.name());
        values.put("attempt", Integer.toString(spec.attempt()));
        values.put("image", spec.image());
        values.put("confinement", confinement.name());
        values.put("program", program(spec));
        values.put("canRun", Boolean.toString(Scripts.canRun(program(spec), spec)));
        values.put("stopSignal", spec.stopSignal().orElse("TERM"));
        values.put("resources", ResourceText.write(spec.resources()));
        Records.writeMap(files.record(), values);
    }

    private Confinement confinement(ContainerSpec spec) {
        if (config.privileged()) {
            return Confinement.NAMESPACES;
        }
        return spec.mounts().isEmpty() ? Confinement.NONE : Confinement.OWN_ROOT;
    }

    private static String program(ContainerSpec spec) {
        return spec.command().isEmpty() ? spec.args().getFirst() : spec.command().getFirst();
    }

    private List<Mount> mounts(SandboxId sandbox, ContainerSpec spec) {
        SandboxFiles pod = sandboxes.files(sandbox);
        List<Mount> mounts = new ArrayList<>();
        if (Files.exists(pod.hosts())) {
            mounts.add(Mount.of(pod.hosts(), "/etc/hosts", false));
        }
        if (Files.exists(pod.resolvConf())) {
            mounts.add(Mount.of(pod.resolvConf(), "/etc/resolv.conf", false));
        }
        mounts.removeIf(
                own -> spec.mounts().stream().anyMatch(m -> m.target().equals(own.target())));
        spec.mounts().stream().sorted(Comparator.comparing(Mount::target)).forEach(mounts::add);
        return mounts;
    }

    void start(ContainerId id) {
        ContainerFiles files = files(id);
        Map<String, String> values = values(id, files);
        SandboxId sandbox = sandboxOf(id);
        if (Files.exists(files.started())) {
            return;
        }
        try {
            events.follow(pod(sandbox), files);
            Records.write(files.started(), "");
            if (!Boolean.parseBoolean(values.get("canRun"))) {
                Records.write(
                        files.problem(),
                        "exec: \""
                                + values.get("program")
                                + "\": executable file not found or not executable");
                files.end(NOT_FOUND);
            } else {
                launch(id, files, sandbox, values);
            }
        } catch (IOException e) {
            files.end(NOT_FOUND);
            throw new ContainerRuntimeException(
                    Reason.RUN_CONTAINER, "can't start " + id + ": " + e.getMessage(), e);
        }
        events.tell(pod(sandbox));
        Records.read(files.problem())
                .ifPresent(problem -> {
                    throw new ContainerRuntimeException(Reason.RUN_CONTAINER, problem);
                });
    }

    private void launch(
            ContainerId id, ContainerFiles files, SandboxId sandbox, Map<String, String> values)
            throws IOException {
        Cgroup cgroup = cgroup(id);
        Resources limits = ResourceText.read(values.getOrDefault("resources", ""));
        List<Path> joins = cgroup.make(limits);
        if (cgroup.oomFile().isPresent()) {
            Records.write(files.root().resolve("oom.control"), cgroup.oomFile().get().toString());
        }
        Map<String, String> pod = sandboxes.values(sandbox);
        Confinement confinement =
                Confinement.valueOf(Objects.requireNonNull(values.get("confinement")));
        List<String> enter =
                sandboxes
                        .holder(sandbox)
                        .map(p -> Scripts.enterSandbox(p.pid(), pod))
                        .orElse(List.of());
        Records.write(
                files.entry(),
                Scripts.enter(
                        files,
                        enter,
                        pod,
                        joins,
                        OomScore.possible(limits.oomScoreAdjust()),
                        confinement));
        Records.write(files.execEntry(), Scripts.execEnter(files, joins, confinement));
        Path shim = files.root().resolve("shim.sh");
        try (InputStream in =
                Objects.requireNonNull(getClass().getResourceAsStream("shim.sh"), "shim.sh")) {
            Files.copy(in, shim);
        }
        Process process =
                Children.start(
                        List.of("setsid", "/bin/sh", shim.toString(), files.root().toString()),
                        files.root());
        Records.write(files.shim().file(), Long.toString(process.pid()));
        boolean up =
                Waiting.until(
                        () -> files.pid().exists() || Files.exists(files.exit()), STARTS_WITHIN);
        if (!up) {
            Children.killSession(process.pid());
            throw new IOException("its program did not begin in time");
        }
    }

    private static Map<String, String> values(ContainerId id, ContainerFiles files) {
        Map<String, String> values = files.values();
        if (values.isEmpty()) {
            throw new ContainerRuntimeException(Reason.NOT_FOUND, "no container " + id);
        }
        return values;
    }

    void stop(ContainerId id, Duration grace) {
        ContainerFiles files = files(id);
        Map<String, String> values = files.values();
        if (values.isEmpty()) {
            return;
        }
        if (files.state() instanceof RunState.Running && grace.isPositive()) {
            int signal = Signals.number(values.getOrDefault("stopSignal", "TERM"));
            files.pid().process().ifPresent(p -> Children.signal(p, signal));
            Waiting.until(() -> ended(files), grace);
        }
        kill(id);
    }

    private static boolean ended(ContainerFiles files) {
        return !(files.state() instanceof RunState.Running);
    }

    void kill(ContainerId id) {
        ContainerFiles files = files(id);
        if (files.values().isEmpty()) {
            return;
        }
        if (files.state() instanceof RunState.Created) {
            return;
        }
        if (!ended(files)) {
            files.pid()
                    .process()
                    .ifPresentOrElse(
                            Children::killTree,
                            () -> files.shim().process().ifPresent(this::killBelow));
            if (!Waiting.until(() -> ended(files), DIES_WITHIN)) {
                throw new ContainerRuntimeException(
                        Reason.UNAVAILABLE, "container " + id + " does not die");
            }
        }
        killLeftovers(files);
    }

    /** The shim itself lives on to note the end. */
    private void killBelow(ProcessHandle shim) {
        shim.children().forEach(Children::killTree);
    }

    /** What a program left behind that had no process namespace to die with. */
    private static void killLeftovers(ContainerFiles files) {
        boolean shimOver =
                Waiting.until(() -> files.shim().process().isEmpty(), Duration.ofSeconds(2));
        if (shimOver) {
            Records.read(files.shim().file())
                    .ifPresent(session -> Children.killSession(Long.parseLong(session)));
        }
    }

    void remove(ContainerId id) {
        ContainerFiles files = files(id);
        if (!Files.isDirectory(files.root())) {
            return;
        }
        if (files.values().isEmpty() || files.state() instanceof RunState.Created) {
            // Nobody has started it, so nobody else writes here.
            Records.remove(files.root());
            return;
        }
        kill(id);
        cgroup(id).remove();
        events.forget(files);
        Records.remove(files.root());
        events.tell(pod(sandboxOf(id)));
    }

    /** A running container's first process. */
    ProcessHandle running(ContainerId id) {
        return files(id)
                .pid()
                .process()
                .orElseThrow(() ->
                        new ContainerRuntimeException(
                                Reason.NOT_FOUND, "container " + id + " is not running"));
    }
}
