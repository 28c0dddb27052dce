package dev.quilla.server.local;

import dev.quilla.server.config.MasterConfig;
import dev.quilla.server.config.WorkerConfig;
import dev.quilla.server.master.MasterProcess;
import dev.quilla.server.store.StoreConfig;
import dev.quilla.server.store.StoreProcess;
import dev.quilla.server.worker.Machines;
import dev.quilla.server.worker.WorkerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs all that belongs to a cluster or a store inside this one process, for a build's rehearsal.
 * The process ends where one of them does.
 */
final class OneProcess implements Processes, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OneProcess.class);
    private static final Consumer<String> END = why -> Runtime.getRuntime().halt(1);
    private static final int PORTS_FROM = 20_000;
    private static final int PORTS_TO = 30_000;
    private static final int PORTS_STEP = 500;

    private final ClusterDirectory directory;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Set<String> names = new HashSet<>();

    OneProcess(ClusterDirectory directory) {
        this.directory = directory;
    }

    /** The first of some ports that nobody has. */
    static int freePorts() {
        return IntStream.iterate(PORTS_FROM, p -> p < PORTS_TO, p -> p + PORTS_STEP)
                .filter(p -> HostAddress.isFree("127.0.0.1", p))
                .findFirst()
                .orElseThrow(() -> new LocalClusterException("no port is free"));
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
            case "master" -> aside(name, () -> master(config));
            case "store" -> aside(name, () -> StoreProcess.start(StoreConfig.read(config), END));
            case "worker" -> startWorker(WorkerConfig.read(config));
            default -> throw new IllegalArgumentException(verb);
        }
        names.add(name);
    }

    private interface Start {
        AutoCloseable run() throws IOException;
    }

    private static AutoCloseable master(Path config) throws IOException {
        return MasterProcess.start(MasterConfig.read(config), END);
    }

    /** The first ones wait for one another before they begin. */
    private void aside(String name, Start start) {
        Thread.ofPlatform()
                .daemon()
                .name(name)
                .start(() -> {
                    try {
                        open(start.run());
                    } catch (IOException | RuntimeException e) {
                        LOG.error("{} did not start", name, e);
                        END.accept(name);
                    }
                });
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

    @Override
    public synchronized void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                LOG.error("the rehearsal did not end cleanly", e);
            }
        }
    }
}
