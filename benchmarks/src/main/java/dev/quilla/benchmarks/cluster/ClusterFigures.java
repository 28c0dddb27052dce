package dev.quilla.benchmarks.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The figures of a whole cluster: start, memory, pods created, pods made ready, loss of the leader.
 * Started by {@code benchmarks/cluster.sh} in an empty directory; prints a line a figure.
 */
public final class ClusterFigures {

    private static final Duration ROUND = Duration.ofSeconds(10);
    private static final int KILLS = 20;

    private ClusterFigures() {}

    /**
     * Measures.
     *
     * @param args the cluster's directory, then flags for {@code ./quilla up}
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        LocalCluster cluster = new LocalCluster(Path.of(args[0]));
        String[] flags = List.of(args).subList(1, args.length).toArray(String[]::new);
        long start = System.nanoTime();
        cluster.up(flags);
        print(String.format(Locale.ROOT, "up to ready: %.1f s", (System.nanoTime() - start) / 1e9));
        printMemory(cluster);
        PodCreation creation = new PodCreation(cluster.options());
        creation.run(16, ROUND);
        for (int clients : List.of(1, 16, 64)) {
            print(creation.run(clients, ROUND));
        }
        PodsToReady ready = new PodsToReady(cluster.options());
        for (int pods : List.of(1, 50)) {
            print(ready.run(pods));
        }
        print(new LeaderKill(cluster).run(KILLS, System.err::println));
    }

    private static void printMemory(LocalCluster cluster) throws IOException, InterruptedException {
        for (LocalCluster.Member master : cluster.masters()) {
            print(
                    "%s (%s): %d MiB"
                            .formatted(master.name(), master.role(), master.residentMebibytes()));
        }
        for (LocalCluster.Member worker : cluster.workers()) {
            print("%s: %d MiB".formatted(worker.name(), worker.residentMebibytes()));
        }
    }

    private static void print(String line) {
        System.out.println(line);
    }
}
