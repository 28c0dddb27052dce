package dev.quilla.benchmarks.etcd;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Compares two stores that speak etcd v3, in rounds that take turns. Started by {@code
 * benchmarks/etcd.sh}; prints a line a figure: the medians, and their ratio.
 */
public final class EtcdFigures {

    private static final Duration ROUND = Duration.ofSeconds(5);

    private final Map<String, List<Double>> ours = new LinkedHashMap<>();
    private final Map<String, List<Double>> theirs = new LinkedHashMap<>();

    private final Pattern wanted;

    private EtcdFigures(Pattern wanted) {
        this.wanted = wanted;
    }

    /**
     * Measures.
     *
     * @param args the directory of Quilla's certificates, the first port of Quilla's store, an
     *     empty directory for etcd, how many rounds, and, if not all figures are wanted, an
     *     expression that finds the names of those
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        int first = Integer.parseInt(args[1]);
        EtcdFigures figures = new EtcdFigures(Pattern.compile(args.length > 4 ? args[4] : ""));
        try (Endpoints quilla =
                        new Endpoints(List.of(first, first + 1, first + 2), Path.of(args[0]));
                EtcdGroup group = new EtcdGroup(Path.of(args[2]))) {
            Endpoints etcd = group.endpoints();
            // A JVM compiles for its first minute; a store runs for months.
            System.err.println("warming up, not counted");
            figures.measure(quilla, new LinkedHashMap<>());
            figures.measure(etcd, new LinkedHashMap<>());
            int rounds = Integer.parseInt(args[3]);
            for (int round = 1; round <= rounds; round++) {
                System.err.println("round " + round + " of " + rounds);
                figures.measure(quilla, figures.ours);
                figures.measure(etcd, figures.theirs);
            }
        }
        figures.print();
    }

    private void measure(Endpoints endpoints, Map<String, List<Double>> into)
            throws InterruptedException {
        KvLoad kv = new KvLoad(endpoints);
        for (int clients : List.of(1, 16, 64, 256)) {
            note(
                    into,
                    "puts/s of 1.5 KB, %3d clients".formatted(clients),
                    () -> kv.puts(clients, ROUND));
        }
        note(into, "linearizable gets/s, 64 clients", () -> kv.gets(64, ROUND));
        note(
                into,
                "events/s to 1000 watchers of 1000",
                () -> new WatchLoad(endpoints).run(1_000, 1_000));
    }

    private interface Figure {
        double measure() throws InterruptedException;
    }

    private void note(Map<String, List<Double>> into, String name, Figure figure)
            throws InterruptedException {
        if (wanted.matcher(name).find()) {
            double value = figure.measure();
            System.err.printf(Locale.ROOT, "  %-36s %10.0f%n", name, value);
            into.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
        }
    }

    private void print() {
        System.out.printf("%-36s %10s %10s %6s%n", "", "quilla", "etcd", "ratio");
        ours.forEach((name, values) -> {
            double mine = median(values);
            double other = median(theirs.getOrDefault(name, List.of()));
            System.out.printf(
                    Locale.ROOT, "%-36s %10.0f %10.0f %6.2f%n", name, mine, other, mine / other);
        });
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }
}
