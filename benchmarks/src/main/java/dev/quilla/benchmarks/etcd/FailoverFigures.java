package dev.quilla.benchmarks.etcd;

import dev.quilla.benchmarks.Latencies;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * How long no write is acknowledged after {@code kill -9} of the leader while clients write, and
 * how many acknowledged writes are gone at the end: of Quilla's store and of etcd, which take
 * turns. Started by {@code benchmarks/failover.sh}.
 */
public final class FailoverFigures {

    private static final int CLIENTS = 16;

    /** How many kills one store has before it is the other's turn. */
    private static final int TURN = 5;

    private static final Duration BETWEEN = Duration.ofSeconds(2);
    private static final Duration OUTAGE_MAX = Duration.ofSeconds(60);

    private final String name;
    private final StoreGroup group;
    private final AcknowledgedWrites writes;
    private final List<Long> nanos = new ArrayList<>();

    private FailoverFigures(String name, StoreGroup group) {
        this.name = name;
        this.group = group;
        this.writes = new AcknowledgedWrites(group.endpoints(), "/failover/");
    }

    /**
     * Measures.
     *
     * @param args an empty directory, and how many kills
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path folder = Path.of(args[0]);
        int kills = Integer.parseInt(args[1]);
        try (StoreGroup quilla = new QuillaGroup(folder.resolve("quilla"), "1Gi");
                StoreGroup etcd = new EtcdGroup(folder.resolve("etcd"))) {
            FailoverFigures ours = new FailoverFigures("quilla", quilla);
            FailoverFigures theirs = new FailoverFigures("etcd", etcd);
            for (int done = 0; done < kills; done += TURN) {
                ours.turn(Math.min(TURN, kills - done));
                theirs.turn(Math.min(TURN, kills - done));
            }
            ours.print();
            theirs.print();
        }
    }

    private void turn(int kills) throws IOException, InterruptedException {
        writes.start(CLIENTS);
        for (int i = 0; i < kills; i++) {
            LockSupport.parkNanos(BETWEEN.toNanos());
            int leader = group.leader();
            long killed = System.nanoTime();
            group.kill(leader);
            Duration took = writes.firstSince(killed, OUTAGE_MAX);
            nanos.add(took.toNanos());
            System.err.printf("%s, kill %d: %d ms%n", name, nanos.size(), took.toMillis());
            group.restart(leader);
        }
        writes.stop();
    }

    private void print() {
        System.out.printf(
                "%s: kill -9 of the leader to the next acknowledged write, %d kills under %d"
                        + " clients: %s; of %d acknowledged writes %d lost%n",
                name,
                nanos.size(),
                CLIENTS,
                Latencies.of(nanos.stream().mapToLong(Long::longValue)),
                writes.count(),
                writes.lost());
    }
}
