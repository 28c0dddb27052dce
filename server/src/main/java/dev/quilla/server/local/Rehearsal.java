package dev.quilla.server.local;

import dev.quilla.server.config.MasterConfig;
import dev.quilla.server.config.NetworkMode;
import dev.quilla.server.config.RuntimeMode;
import dev.quilla.server.config.WorkerConfig;
import dev.quilla.server.master.MasterProcess;
import dev.quilla.server.worker.Machines;
import dev.quilla.server.worker.WorkerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole cluster inside this one process, run once by a build while the JVM records what is loaded
 * into the cache that masters, workers and {@code quilla up} start from. Three masters, so that
 * followers and their network are in it too. Where the recording fails Quilla only starts slower.
 */
public final class Rehearsal implements Processes {

    private static final Duration READY = Duration.ofSeconds(60);
    private static final int PORTS_FROM = 20_000;
    private static final int PORTS_TO = 30_000;
    private static final int PORTS_STEP = 500;

    private final ClusterDirectory directory;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Set<String> names = new HashSet<>();

    private Rehearsal(ClusterDirectory directory) {
        this.directory = directory;
    }

    /**
     * {@code Rehearsal DIR COMMAND…}: runs a cluster in an empty directory, a command while it is
     * up, and exits with that command's exit code.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Rehearsal rehearsal = new Rehearsal(new ClusterDirectory(Path.of(args[0])));
        // A hook, so that nothing is left either when the build's patience ends.
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(rehearsal::close));
        System.exit(rehearsal.run(Arrays.asList(args).subList(1, args.length)));
    }

    private static LocalCluster.Wanted wanted() {
        int basePort =
                IntStream.iterate(PORTS_FROM, p -> p < PORTS_TO, p -> p + PORTS_STEP)
                        .filter(p -> HostAddress.isFree("127.0.0.1", p))
                        .findFirst()
                        .orElseThrow(() -> new LocalClusterException("no port is free"));
        return new LocalCluster.Wanted(3, 1, RuntimeMode.PROCESS, NetworkMode.LOOPBACK, basePort);
    }

    private int run(List<String> command) throws IOException, InterruptedException {
        new LocalCluster(directory, this, System.out).up(wanted(), READY);
        new StatusReport(directory).print(System.out, true);
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @Override
    public boolean runs(String name) {
        return names.contains(name);
    }

    @Override
    public void start(String name, String verb, int heapMegabytes)
            throws IOException, InterruptedException {
        Path config = directory.config(name);
        switch (verb) {
            // The first ones wait for one another before they begin.
            case "master" ->
                    Thread.ofPlatform().daemon().name(name).start(() -> startMaster(config));
            case "worker" -> startWorker(WorkerConfig.read(config));
            default -> throw new IllegalArgumentException(verb);
        }
        names.add(name);
    }

    private void startMaster(Path config) {
        try {
            open(
                    MasterProcess.start(
                            MasterConfig.read(config), why -> Runtime.getRuntime().halt(1)));
        } catch (IOException | RuntimeException e) {
            LoggerFactory.getLogger(Rehearsal.class).error("a master did not start", e);
            Runtime.getRuntime().halt(1);
        }
    }

    private void startWorker(WorkerConfig config) throws IOException, InterruptedException {
        open(() -> Machines.cleanUp(config));
        open(WorkerProcess.start(config));
    }

    @Override
    public String lastWords(String name) {
        return "it never ends before this process does";
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
