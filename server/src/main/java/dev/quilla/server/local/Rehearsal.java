package dev.quilla.server.local;

import dev.quilla.server.config.MasterConfig;
import dev.quilla.server.config.NetworkMode;
import dev.quilla.server.config.RuntimeMode;
import dev.quilla.server.config.WorkerConfig;
import dev.quilla.server.master.MasterProcess;
import dev.quilla.server.worker.Machines;
import dev.quilla.server.worker.WorkerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole cluster inside this one process, run once by a build while the JVM records what is loaded
 * into the cache that masters, workers and {@code quilla up} start from. Three masters, so that
 * followers and their network are in it too. Where the recording fails Quilla only starts slower.
 */
public final class Rehearsal {

    private static final Duration READY = Duration.ofSeconds(60);
    private static final int PORTS_FROM = 20_000;
    private static final int PORTS_TO = 30_000;
    private static final int PORTS_STEP = 500;

    private final ClusterDirectory directory;
    private final ClusterSpec spec;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    private Rehearsal(ClusterDirectory directory, ClusterSpec spec) {
        this.directory = directory;
        this.spec = spec;
    }

    /**
     * {@code Rehearsal DIR COMMAND…}: runs a cluster in an empty directory, a command while it is
     * up, and exits with that command's exit code.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Rehearsal rehearsal = new Rehearsal(new ClusterDirectory(Path.of(args[0])), spec());
        // A hook, so that nothing is left either when the build's patience ends.
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(rehearsal::close));
        System.exit(rehearsal.run(Arrays.asList(args).subList(1, args.length)));
    }

    private static ClusterSpec spec() {
        int basePort =
                IntStream.iterate(PORTS_FROM, p -> p < PORTS_TO, p -> p + PORTS_STEP)
                        .filter(p -> HostAddress.isFree("127.0.0.1", p))
                        .findFirst()
                        .orElseThrow(() -> new LocalClusterException("no port is free"));
        return new ClusterSpec(
                "rehearse", 3, 1, RuntimeMode.PROCESS, NetworkMode.LOOPBACK, basePort, "127.0.0.1");
    }

    private int run(List<String> command) throws IOException, InterruptedException {
        spec.write(directory.spec());
        new ClusterPki(directory, spec, InstantSource.system()).createWhatIsMissing();
        Files.createDirectories(directory.shared());
        ConfigFiles configs = new ConfigFiles(directory, spec);
        for (int i = 0; i < spec.masters(); i++) {
            configs.writeMaster(i);
            open(
                    MasterProcess.start(
                            MasterConfig.read(directory.config(spec.masterNames().get(i))),
                            why -> Runtime.getRuntime().halt(1)));
        }
        configs.writeWorker(0);
        WorkerConfig worker = WorkerConfig.read(directory.config(spec.workerNames().getFirst()));
        open(() -> Machines.cleanUp(worker));
        open(WorkerProcess.start(worker));
        try (Readiness readiness = new Readiness(directory, spec)) {
            readiness.await(READY, Optional::empty);
        }
        new StatusReport(directory).print(System.out, true);
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private synchronized void open(AutoCloseable part) {
        open.push(part);
    }

    private synchronized void close() {
        Logger log = LoggerFactory.getLogger(Rehearsal.class);
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                log.error("the rehearsal did not end cleanly", e);
            }
        }
    }
}
