package dev.quilla.server.local;

import dev.quilla.client.ApiClient;
import dev.quilla.client.ApiRequest;
import dev.quilla.client.ListOptions;
import dev.quilla.client.Transport;
import dev.quilla.client.TransportException;
import dev.quilla.model.ApiException;
import dev.quilla.model.Resources;
import dev.quilla.server.config.NetworkMode;
import dev.quilla.server.config.RuntimeMode;
import dev.quilla.server.config.WorkerConfig;
import dev.quilla.server.worker.Machines;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A cluster of processes on this machine. */
final class LocalCluster {

    private static final Duration STOP = Duration.ofSeconds(15);
    private static final Duration LOOK = Duration.ofMillis(150);

    private final ClusterDirectory directory;
    private final PrintStream out;

    /** What a new cluster is to be made of. */
    record Wanted(
            int masters, int workers, RuntimeMode runtime, NetworkMode network, int basePort) {}

    LocalCluster(ClusterDirectory directory, PrintStream out) {
        this.directory = directory;
        this.out = out;
    }

    void up(Wanted wanted, Duration timeout) throws IOException, InterruptedException {
        ClusterSpec spec = specOf(wanted);
        new ClusterPki(directory, spec, InstantSource.system()).createWhatIsMissing();
        Files.createDirectories(directory.shared());
        ConfigFiles configs = new ConfigFiles(directory, spec);
        List<LocalProcess> started = new ArrayList<>();
        for (int i = 0; i < spec.masters(); i++) {
            LocalProcess process = process(spec.masterNames().get(i));
            if (process.handle().isEmpty()) {
                checkPort(spec.apiPort(i));
                configs.writeMaster(i);
                start(process, "master", 512);
                started.add(process);
            }
        }
        for (int i = 0; i < spec.workers(); i++) {
            LocalProcess process = process(spec.workerNames().get(i));
            if (process.handle().isEmpty()) {
                configs.writeWorker(i);
                start(process, "worker", 192);
                started.add(process);
            }
        }
        out.println(
                started.isEmpty()
                        ? "everything runs already"
                        : "started "
                                + String.join(
                                        ", ", started.stream().map(LocalProcess::name).toList()));
        awaitReady(spec, started, timeout);
        out.println("ready: kubectl --kubeconfig " + directory.kubeconfig() + " get nodes");
    }

    void down(boolean purge) {
        if (!Files.exists(directory.spec())) {
            return;
        }
        ClusterSpec spec = ClusterSpec.read(directory.spec());
        List<LocalProcess> workers = spec.workerNames().stream().map(this::process).toList();
        workers.forEach(LocalProcess::terminate);
        workers.forEach(w -> w.awaitEnd(STOP));
        try {
            for (String worker : spec.workerNames()) {
                Path config = directory.config(worker);
                if (Files.exists(config)) {
                    Machines.cleanUp(WorkerConfig.read(config));
                }
            }
            List<LocalProcess> masters = spec.masterNames().stream().map(this::process).toList();
            masters.forEach(LocalProcess::terminate);
            masters.forEach(m -> m.awaitEnd(STOP));
            if (purge) {
                purge(spec);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.println("stopped");
    }

    /** Removes what Quilla made, and the directory itself where nothing else is in it. */
    private void purge(ClusterSpec spec) throws IOException {
        List<Path> ours =
                new ArrayList<>(
                        List.of(
                                directory.spec(),
                                directory.kubeconfig(),
                                directory.pki(),
                                directory.shared(),
                                directory.root().resolve("logs")));
        spec.masterNames().forEach(m -> ours.add(directory.data(m)));
        spec.workerNames().forEach(w -> ours.add(directory.data(w)));
        for (Path path : ours) {
            deleteTree(path);
        }
        try (Stream<Path> left = Files.list(directory.root())) {
            if (left.findAny().isPresent()) {
                return;
            }
        }
        Files.delete(directory.root());
    }

    private static void deleteTree(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> files = Files.walk(path)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : all) {
            Files.delete(file);
        }
    }

    private ClusterSpec specOf(Wanted wanted) throws IOException {
        if (Files.exists(directory.spec())) {
            return ClusterSpec.read(directory.spec());
        }
        if (wanted.masters() < 1 || wanted.masters() > ClusterSpec.MASTERS_MAX) {
            throw new LocalClusterException(
                    "--masters must be from 1 to " + ClusterSpec.MASTERS_MAX);
        }
        if (wanted.workers() < 0 || wanted.workers() > ClusterSpec.WORKERS_MAX) {
            throw new LocalClusterException(
                    "--workers must be from 0 to " + ClusterSpec.WORKERS_MAX);
        }
        Optional<String> obstacle = Machines.obstacle(wanted.runtime(), wanted.network());
        if (obstacle.isPresent()) {
            throw new LocalClusterException(obstacle.get());
        }
        byte[] id = new byte[4];
        new SecureRandom().nextBytes(id);
        ClusterSpec spec =
                new ClusterSpec(
                        HexFormat.of().formatHex(id),
                        wanted.masters(),
                        wanted.workers(),
                        wanted.runtime(),
                        wanted.network(),
                        wanted.basePort(),
                        wanted.network() == NetworkMode.LOOPBACK
                                ? "127.0.0.1"
                                : HostAddress.primary());
        try {
            spec.write(directory.spec());
        } catch (IOException e) {
            throw new LocalClusterException(
                    "can't write to "
                            + directory.root()
                            + ": "
                            + e.getMessage()
                            + "; make room, mend its permissions, or choose another --dir",
                    e);
        }
        return spec;
    }

    private static void checkPort(int port) {
        if (!HostAddress.isFree("127.0.0.1", port)) {
            throw new LocalClusterException(
                    "port "
                            + port
                            + " on 127.0.0.1 is taken: stop what uses it, or choose another"
                            + " --base-port");
        }
    }

    private LocalProcess process(String name) {
        return new LocalProcess(name, directory.pid(name));
    }

    private void start(LocalProcess process, String verb, int heapMegabytes) throws IOException {
        String java = ProcessHandle.current().info().command().orElse("java");
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            command.add("/usr/bin/setsid");
        }
        command.addAll(
                List.of(
                        java,
                        "-Xmx" + heapMegabytes + "m",
                        "-XX:+UseSerialGC",
                        "-XX:+UseCompactObjectHeaders",
                        "-XX:+ExitOnOutOfMemoryError",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.quilla.server.Main",
                        verb,
                        "--config",
                        directory.config(process.name()).toString()));
        process.start(command, directory.log(process.name()));
    }

    private void awaitReady(ClusterSpec spec, List<LocalProcess> started, Duration timeout)
            throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        String missing = "";
        while (System.nanoTime() < deadline) {
            for (LocalProcess process : started) {
                if (process.handle().isEmpty()) {
                    throw new LocalClusterException(
                            process.name()
                                    + " ended: "
                                    + lastLine(directory.log(process.name()))
                                    + " (log: "
                                    + directory.log(process.name())
                                    + ")");
                }
            }
            missing = missing(spec);
            if (missing.isEmpty()) {
                return;
            }
            Thread.sleep(LOOK);
        }
        throw new LocalClusterException(
                "not ready after "
                        + timeout.toSeconds()
                        + " s: "
                        + missing
                        + " (logs: "
                        + directory.root().resolve("logs")
                        + ")");
    }

    /** The first thing that is not ready; empty when all is. */
    private String missing(ClusterSpec spec) {
        for (int i = 0; i < spec.masters(); i++) {
            String name = spec.masterNames().get(i);
            try (Transport transport = AdminTransport.to(directory, List.of(spec.masterUrl(i)))) {
                if (!transport.call(ApiRequest.get("/readyz")).ok()) {
                    return name + " is not ready";
                }
            } catch (TransportException e) {
                return name + " does not answer";
            }
        }
        try (Transport transport = AdminTransport.to(directory, List.of(spec.url()))) {
            List<String> ready =
                    new ApiClient(transport)
                            .resource(Resources.NODES).list(ListOptions.ALL).items().stream()
                                    .filter(StatusReport::isReady)
                                    .map(n -> n.name())
                                    .toList();
            return spec.workerNames().stream()
                    .filter(w -> !ready.contains(w))
                    .findFirst()
                    .map(w -> w + " is not ready")
                    .orElse("");
        } catch (ApiException | TransportException e) {
            return "the API does not answer";
        }
    }

    private static String lastLine(Path log) {
        try {
            return Files.readAllLines(log).stream()
                    .filter(l -> l.startsWith("quilla: "))
                    .reduce((a, b) -> b)
                    .map(l -> l.substring("quilla: ".length()))
                    .orElse("see its log");
        } catch (IOException e) {
            return "see its log";
        }
    }
}
