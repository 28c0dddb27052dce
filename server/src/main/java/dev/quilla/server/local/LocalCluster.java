package dev.quilla.server.local;

import dev.quilla.server.config.NetworkMode;
import dev.quilla.server.config.RuntimeMode;
import dev.quilla.server.config.WorkerConfig;
import dev.quilla.server.demo.Demo;
import dev.quilla.server.demo.Trees;
import dev.quilla.server.worker.Machines;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A cluster of processes on this machine. */
final class LocalCluster {

    private static final Duration STOP = Duration.ofSeconds(15);
    static final int MASTER_HEAP_MEGABYTES = 512;
    private static final int WORKER_HEAP_MEGABYTES = 192;

    private final ClusterDirectory directory;
    private final Processes processes;
    private final PrintStream out;

    /** What a new cluster is to be made of. */
    record Wanted(
            int masters, int workers, RuntimeMode runtime, NetworkMode network, int basePort) {

        /**
         * As a new cluster's.
         *
         * @throws LocalClusterException if there can't be such a one on this machine
         */
        ClusterSpec spec() {
            if (masters() < 1 || masters() > Roll.MAX) {
                throw new LocalClusterException("--masters must be from 1 to " + Roll.MAX);
            }
            if (workers() < 0 || workers() > ClusterSpec.WORKERS_MAX) {
                throw new LocalClusterException(
                        "--workers must be from 0 to " + ClusterSpec.WORKERS_MAX);
            }
            Optional<String> obstacle = Machines.obstacle(runtime(), network());
            if (obstacle.isPresent()) {
                throw new LocalClusterException(obstacle.get());
            }
            return new ClusterSpec(
                    ClusterSpec.newId(),
                    masters(),
                    workers(),
                    runtime(),
                    network(),
                    basePort(),
                    network() == NetworkMode.LOOPBACK ? "127.0.0.1" : HostAddress.primary());
        }
    }

    LocalCluster(ClusterDirectory directory, Processes processes, PrintStream out) {
        this.directory = directory;
        this.processes = processes;
        this.out = out;
    }

    void up(Wanted wanted, Duration timeout) throws IOException, InterruptedException {
        ClusterSpec spec = specOf(wanted);
        new ClusterPki(directory, spec, InstantSource.system()).createWhatIsMissing();
        Files.createDirectories(directory.shared());
        try (Readiness readiness = new Readiness(directory, spec)) {
            new Startup(processes, members(spec), directory.logs(), out)
                    .run(readiness::missing, timeout);
        }
        out.println("ready: kubectl --kubeconfig " + directory.kubeconfig() + " get nodes");
    }

    private List<Startup.Member> members(ClusterSpec spec) {
        ConfigFiles configs = new ConfigFiles(directory, spec);
        List<Startup.Member> members = new ArrayList<>();
        for (String name : spec.masterNames()) {
            members.add(
                    new Startup.Member(
                            name,
                            () -> {
                                HostAddress.checkFree(spec.apiPort(name));
                                configs.writeMaster(name);
                                processes.start(name, "master", MASTER_HEAP_MEGABYTES);
                            }));
        }
        for (int i = 0; i < spec.workers(); i++) {
            int index = i;
            String name = spec.workerNames().get(i);
            members.add(
                    new Startup.Member(
                            name,
                            () -> {
                                configs.writeWorker(index);
                                processes.start(name, "worker", WORKER_HEAP_MEGABYTES);
                            }));
        }
        return members;
    }

    /** Deploys the sample into the cluster that runs. */
    void demo(Duration timeout) throws IOException, InterruptedException {
        demo(ClusterSpec.read(directory.spec())).up(timeout);
    }

    private Demo demo(ClusterSpec spec) {
        return new Demo(directory.root(), spec.runtime(), spec.network(), out);
    }

    void down(boolean purge) {
        if (!Files.exists(directory.spec())) {
            return;
        }
        ClusterSpec spec = ClusterSpec.read(directory.spec());
        List<LocalProcess> workers = spec.workerNames().stream().map(directory::process).toList();
        workers.forEach(LocalProcess::terminate);
        workers.forEach(w -> w.awaitEnd(STOP));
        try {
            for (String worker : spec.workerNames()) {
                Path config = directory.config(worker);
                if (Files.exists(config)) {
                    Machines.cleanUp(WorkerConfig.read(config));
                }
            }
            List<LocalProcess> masters =
                    spec.masterNames().stream().map(directory::process).toList();
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
        demo(spec).purge();
        List<Path> ours =
                new ArrayList<>(
                        List.of(
                                directory.spec(),
                                directory.kubeconfig(),
                                directory.pki(),
                                directory.shared(),
                                directory.lost(),
                                directory.logs()));
        spec.masterNames().forEach(m -> ours.add(directory.data(m)));
        spec.workerNames().forEach(w -> ours.add(directory.data(w)));
        for (Path path : ours) {
            Trees.delete(path);
        }
        directory.removeIfEmpty();
    }

    private ClusterSpec specOf(Wanted wanted) throws IOException {
        if (Files.exists(directory.spec())) {
            return ClusterSpec.read(directory.spec());
        }
        ClusterSpec spec = wanted.spec();
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
}
