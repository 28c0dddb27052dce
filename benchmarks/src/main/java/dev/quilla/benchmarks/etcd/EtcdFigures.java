package dev.quilla.benchmarks.etcd;

import dev.quilla.benchmarks.Compilers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

/**
 * Compares Quilla's store with etcd, in rounds that take turns. Started by {@code
 * benchmarks/etcd.sh}; prints a line a figure: the medians of the rates and their ratio, and the
 * processor time that an operation costs all three members, and the clients. What a disk and two
 * processors allow at all can be read from it.
 */
public final class EtcdFigures {

    private static final Duration ROUND = Duration.ofSeconds(5);
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration SYNCS = Duration.ofSeconds(2);

    private static final String COSTS = "   µs of processors: members + clients, quilla and etcd";

    /** What a figure was in one round. */
    private record Sample(double rate, double membersMicros, double clientsMicros) {}

    private record Measured(Map<String, List<Sample>> samples) {
        Measured() {
            this(new LinkedHashMap<>());
        }

        void add(String name, Sample sample) {
            samples.computeIfAbsent(name, n -> new ArrayList<>()).add(sample);
        }

        double median(String name, ToDoubleFunction<Sample> of) {
            double[] sorted =
                    samples.getOrDefault(name, List.of()).stream()
                            .mapToDouble(of)
                            .sorted()
                            .toArray();
            return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
        }
    }

    private final Pattern wanted;

    private EtcdFigures(Pattern wanted) {
        this.wanted = wanted;
    }

    /**
     * Measures.
     *
     * @param args an empty directory, how many rounds, and, if not all figures are wanted, an
     *     expression that finds the names of those
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path dir = Path.of(args[0]);
        EtcdFigures figures = new EtcdFigures(Pattern.compile(args.length > 2 ? args[2] : ""));
        Measured ours = new Measured();
        Measured theirs = new Measured();
        System.out.printf(
                Locale.ROOT, "fdatasync/s of this disk, one file: %.0f%n", Disk.syncs(dir, SYNCS));
        try (QuillaGroup quilla = new QuillaGroup(dir.resolve("quilla"), "1Gi");
                EtcdGroup etcd = new EtcdGroup(dir.resolve("etcd"))) {
            System.err.println("warming up, not counted");
            figures.warmUp(quilla);
            figures.warmUp(etcd);
            int rounds = Integer.parseInt(args[1]);
            for (int round = 1; round <= rounds; round++) {
                System.err.println("round " + round + " of " + rounds);
                figures.measure(quilla, round, ours);
                figures.measure(etcd, round, theirs);
            }
        }
        print(ours, theirs);
    }

    private void warmUp(StoreGroup group) throws IOException, InterruptedException {
        KvLoad kv = new KvLoad(group.endpoints(), 0);
        Compilers.rest(
                group.pids(),
                () -> {
                    for (int clients : List.of(64, 16, 1)) {
                        kv.puts(clients, WARM_UP);
                    }
                });
        measure(group, 0, new Measured());
    }

    /** In each round the first client is at another member: one of three leads. */
    private void measure(StoreGroup group, int round, Measured into) throws InterruptedException {
        KvLoad kv = new KvLoad(group.endpoints(), round);
        for (int clients : List.of(1, 16, 64, 256)) {
            note(
                    group,
                    into,
                    "puts/s of 1.5 KB, %3d clients".formatted(clients),
                    () -> kv.puts(clients, ROUND));
        }
        note(group, into, "linearizable gets/s, 64 clients", () -> kv.gets(64, ROUND));
        note(
                group,
                into,
                "events/s to 1000 watchers of 1000",
                () -> new WatchLoad(group.endpoints()).run(1_000, 1_000));
    }

    private interface Figure {
        double measure() throws InterruptedException;
    }

    private void note(StoreGroup group, Measured into, String name, Figure figure)
            throws InterruptedException {
        if (!wanted.matcher(name).find()) {
            return;
        }
        Duration members = group.processorTime();
        Duration clients = StoreGroup.processorTime(ProcessHandle.current());
        long start = System.nanoTime();
        double rate = figure.measure();
        double operations = rate * (System.nanoTime() - start) / 1e9;
        Sample sample =
                new Sample(
                        rate,
                        micros(group.processorTime().minus(members)) / operations,
                        micros(StoreGroup.processorTime(ProcessHandle.current()).minus(clients))
                                / operations);
        System.err.printf(
                Locale.ROOT,
                "  %-36s %10.0f %7.0f µs %7.0f µs%n",
                name,
                rate,
                sample.membersMicros,
                sample.clientsMicros);
        into.add(name, sample);
    }

    private static double micros(Duration time) {
        return time.toNanos() / 1e3;
    }

    private static void print(Measured ours, Measured theirs) {
        System.out.printf("%-36s %10s %10s %6s%s%n", "", "quilla", "etcd", "ratio", COSTS);
        for (String name : ours.samples().keySet()) {
            double mine = ours.median(name, Sample::rate);
            double other = theirs.median(name, Sample::rate);
            System.out.printf(
                    Locale.ROOT,
                    "%-36s %10.0f %10.0f %6.2f   %6.0f + %4.0f %6.0f + %4.0f%n",
                    name,
                    mine,
                    other,
                    mine / other,
                    ours.median(name, Sample::membersMicros),
                    ours.median(name, Sample::clientsMicros),
                    theirs.median(name, Sample::membersMicros),
                    theirs.median(name, Sample::clientsMicros));
        }
    }
}
