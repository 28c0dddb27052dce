package dev.quilla.benchmarks.cluster;

import dev.quilla.benchmarks.Latencies;
import dev.quilla.benchmarks.etcd.EtcdGroup;
import dev.quilla.benchmarks.etcd.KvLoad;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The figures of a whole cluster: start, memory, pods created, pods made ready, loss of the leader.
 * Where the API's work rests on its store, the same of a bare etcd stands beside it, which any API
 * server on etcd can't be faster than. Started by {@code benchmarks/cluster.sh} in an empty
 * directory; prints a line a figure.
 */
public final class ClusterFigures {

    private static final Duration ROUND = Duration.ofSeconds(10);
    private static final int KILLS = 20;

    private final LocalCluster cluster;
    private final EtcdGroup etcd;

    private ClusterFigures(LocalCluster cluster, EtcdGroup etcd) {
        this.cluster = cluster;
        this.etcd = etcd;
    }

    /**
     * Measures.
     *
     * @param args the cluster's directory, an empty one for etcd, then flags for {@code ./quilla
     *     up}
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        LocalCluster cluster = new LocalCluster(Path.of(args[0]));
        String[] flags = List.of(args).subList(2, args.length).toArray(String[]::new);
        say("starting a cluster");
        long start = System.nanoTime();
        cluster.up(flags);
        print("up to ready: %.1f s", (System.nanoTime() - start) / 1e9);
        printMemory(cluster);
        try (EtcdGroup etcd = new EtcdGroup(Path.of(args[1]))) {
            ClusterFigures figures = new ClusterFigures(cluster, etcd);
            figures.creations();
            figures.ready();
            figures.kills();
        }
    }

    private void creations() throws IOException, InterruptedException {
        PodCreation pods = new PodCreation(cluster.options());
        KvLoad puts = new KvLoad(etcd.endpoints(), 0);
        say("warming up");
        pods.run(16, ROUND);
        puts.puts(16, ROUND);
        for (int clients : List.of(1, 16, 64)) {
            say("creating pods by %d clients".formatted(clients));
            PodCreation.Creations ours = pods.run(clients, ROUND);
            double theirs = puts.puts(clients, ROUND);
            print(
                    "create pods, %2d clients: %.0f/s, %s; a bare etcd's puts %.0f/s; ratio %.2f",
                    clients, ours.rate(), ours.latencies(), theirs, ours.rate() / theirs);
        }
    }

    private void ready() throws InterruptedException, IOException {
        PodsToReady ready = new PodsToReady(cluster.options());
        for (int pods : List.of(1, 50)) {
            say("declaring %d pods".formatted(pods));
            print("%s", ready.run(pods));
        }
    }

    private void kills() throws IOException, InterruptedException {
        Latencies ours = new LeaderKill(cluster).run(KILLS, ClusterFigures::say);
        List<Duration> took = new ArrayList<>();
        for (int i = 1; i <= KILLS; i++) {
            took.add(etcd.killLeader());
            say("etcd's kill %d: %d ms".formatted(i, took.getLast().toMillis()));
        }
        Latencies theirs = Latencies.of(took.stream().mapToLong(Duration::toNanos));
        print(
                "kill -9 of the leader to the next write, %d kills: %s; a bare etcd %s;"
                        + " ratio of the medians %.2f",
                KILLS, ours, theirs, ours.ms(0.5) / theirs.ms(0.5));
    }

    private static void printMemory(LocalCluster cluster) throws IOException, InterruptedException {
        for (LocalCluster.Member master : cluster.masters()) {
            print("%s (%s): %d MiB", master.name(), master.role(), master.residentMebibytes());
        }
        for (LocalCluster.Member worker : cluster.workers()) {
            print("%s: %d MiB", worker.name(), worker.residentMebibytes());
        }
    }

    /** What it is at, for whoever waits; no figure. */
    private static void say(String progress) {
        System.err.println(progress);
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
