package dev.quilla.server.local;

import com.sun.management.OperatingSystemMXBean;
import dev.quilla.server.demo.Trees;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A store whose members are processes of this machine, served to etcd's clients. */
final class LocalStore {

    private static final Duration STOP = Duration.ofSeconds(15);
    private static final int HEAP_MEGABYTES_MIN = 1024;

    /** Of the machine's memory, all three usual members may take half. */
    private static final int HEAP_SHARE = 6;

    private final ClusterDirectory directory;
    private final StoreFiles files;
    private final Processes processes;
    private final PrintStream out;

    LocalStore(ClusterDirectory directory, Processes processes, PrintStream out) {
        this.directory = directory;
        this.files = new StoreFiles(directory);
        this.processes = processes;
        this.out = out;
    }

    /** Starts what does not run, and returns when every member serves. */
    void up(StoreSpec wanted, Duration timeout) throws IOException, InterruptedException {
        StoreSpec spec = specOf(wanted);
        if (!spec.plaintext()) {
            files.createPki(spec);
        }
        try (StoreReadiness readiness = new StoreReadiness(directory, spec)) {
            new Startup(processes, members(spec), directory.logs(), out)
                    .run(readiness::missing, timeout);
        }
        out.println("ready: " + command(spec));
    }

    private List<Startup.Member> members(StoreSpec spec) {
        List<Startup.Member> members = new ArrayList<>();
        for (String name : spec.names()) {
            members.add(
                    new Startup.Member(
                            name,
                            () -> {
                                HostAddress.checkFree(spec.clientPort(name));
                                files.writeConfig(spec, name);
                                processes.start(name, "store", heapMegabytes());
                            }));
        }
        return members;
    }

    /** What a member may take; it takes no more than it needs. */
    static int heapMegabytes() {
        long machine =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                        .getTotalMemorySize();
        return Math.max(HEAP_MEGABYTES_MIN, (int) (machine / HEAP_SHARE >> 20));
    }

    /** Stops all members and keeps their data, unless that is to go too. */
    void stop(boolean purge) throws IOException {
        if (!Files.exists(directory.storeSpec())) {
            throw new LocalClusterException(
                    "no store in " + directory.root() + ": start one with quilla store --dir");
        }
        StoreSpec spec = StoreSpec.read(directory.storeSpec());
        List<LocalProcess> members = spec.names().stream().map(directory::process).toList();
        members.forEach(LocalProcess::terminate);
        members.forEach(m -> m.awaitEnd(STOP));
        if (purge) {
            for (String name : spec.names()) {
                Trees.delete(directory.data(name));
            }
            Trees.delete(directory.lost());
            Trees.delete(directory.logs());
            Trees.delete(directory.pki());
            Trees.delete(directory.storeSpec());
            directory.removeIfEmpty();
        }
        out.println("stopped");
    }

    private StoreSpec specOf(StoreSpec wanted) throws IOException {
        Path file = directory.storeSpec();
        if (Files.exists(file)) {
            return StoreSpec.read(file);
        }
        wanted.write(file);
        return wanted;
    }

    /** What to type next. */
    private String command(StoreSpec spec) {
        String endpoints =
                spec.names().stream()
                        .map(name -> "127.0.0.1:" + spec.clientPort(name))
                        .collect(Collectors.joining(","));
        Path pki = directory.pki();
        String tls =
                spec.plaintext()
                        ? ""
                        : " --cacert %s --cert %s --key %s"
                                .formatted(
                                        pki.resolve("ca.crt"),
                                        pki.resolve("client.crt"),
                                        pki.resolve("client.key"));
        return "etcdctl --endpoints " + endpoints + tls + " endpoint status -w table";
    }
}
