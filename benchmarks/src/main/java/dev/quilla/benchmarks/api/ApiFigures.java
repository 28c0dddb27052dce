package dev.quilla.benchmarks.api;

import dev.quilla.benchmarks.Compilers;
import dev.quilla.benchmarks.api.Figure.Peer;
import dev.quilla.benchmarks.cluster.LocalCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The figures of three masters as an API server, beside those of the original. Started by {@code
 * benchmarks/api.sh} in an empty directory; prints a line a figure.
 */
public final class ApiFigures {

    private static final Duration ROUND = Duration.ofSeconds(8);
    private static final int WATCHERS = 200;
    private static final int UPDATES = 1_000;

    /** Of updates to all watchers; the middle one of them counts. */
    private static final int BURSTS = 7;

    private static final int DEFINITIONS = 1_000;

    private final Masters masters;
    private final Load load;
    private final Nodes nodes;
    private final Setup setup;
    private final ReadLoad reads;
    private final WriteLoad writes;
    private final Memory memory;
    private final boolean warmsUp;
    private boolean warm;

    private ApiFigures(Servers servers) throws IOException, InterruptedException {
        this.masters = new Masters(servers);
        this.warmsUp = servers.warmUp();
        this.warm = !warmsUp;
        this.load = new Load(masters, ROUND);
        this.nodes = new Nodes(masters);
        this.setup = new Setup(masters, nodes);
        this.reads = new ReadLoad(load);
        this.writes = new WriteLoad(load, setup);
        this.memory = new Memory(masters, load);
    }

    /**
     * Measures.
     *
     * @param args the cluster's directory, the path of a {@code kube-apiserver} to measure beside
     *     it or nothing, an expression that finds the wanted figures by their names, whether to
     *     print lines of JSON, then flags for {@code ./quilla up}
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path folder = Path.of(args[0]);
        Pattern wanted = Pattern.compile(args[2]);
        boolean json = Boolean.parseBoolean(args[3]);
        LocalCluster cluster = new LocalCluster(folder.resolve("cluster"));
        System.err.println("starting a cluster");
        long start = System.nanoTime();
        cluster.up(List.of(args).subList(4, args.length).toArray(String[]::new));
        double seconds = (System.nanoTime() - start) / 1e9;
        ApiFigures ours = new ApiFigures(Servers.of(cluster));
        List<Figure> figures = new ArrayList<>();
        figures.add(new Figure("up to ready", Peer.UNKNOWN, () -> Result.of(seconds, "s")));
        figures.add(started("start of a master", () -> ours.starts(cluster)));
        figures.addAll(ours.figures());
        figures.add(started("start of a master, after all this", () -> ours.starts(cluster)));
        if (args[1].isEmpty()) {
            ours.measure(figures, wanted, json, Map.of());
            return;
        }
        System.err.println("starting the original");
        try (Original original = new Original(Path.of(args[1]), folder.resolve("original"))) {
            ApiFigures theirs = new ApiFigures(original);
            try (Nodes living = theirs.nodes) {
                living.start();
                ours.measure(figures, wanted, json, byName(theirs.figures()));
            }
        }
    }

    private static Map<String, Figure> byName(List<Figure> figures) {
        return figures.stream().collect(Collectors.toMap(Figure::name, Function.identity()));
    }

    private void measure(
            List<Figure> figures, Pattern wanted, boolean json, Map<String, Figure> theirs)
            throws IOException, InterruptedException {
        try (Nodes living = nodes) {
            living.start();
            for (Figure figure : figures) {
                if (wanted.matcher(figure.name()).find()) {
                    System.err.println("measuring " + figure.name());
                    Result result = figure.measure().take();
                    Peer peer = figure.peer();
                    Figure other = theirs.get(figure.name());
                    if (other != null) {
                        peer = Peer.of(other.measure().take());
                    }
                    print(figure.name(), peer, result, json);
                }
            }
        }
    }

    private List<Figure> figures() {
        List<Figure> all = new ArrayList<>();
        add(all, "memory, fresh, at rest", 610, 0, memory::atRest);
        add(all, "memory, 1,000 nodes and 2,000 pods", 0, 0, this::filled);
        add(all, "create pods, 1 client", 158, 8.6, () -> creates(1));
        add(all, "create pods, 16 clients", 425, 4.2, () -> creates(16));
        add(all, "create pods, 64 clients", 463, 3.8, () -> creates(64));
        add(all, "get, 1 client", 613, 2.0, () -> gets(1));
        add(all, "get, 16 clients", 1464, 1.1, () -> gets(16));
        add(all, "get, 64 clients", 1583, 1.0, () -> gets(64));
        add(all, "list of 5,000 pods", 2.45, 390, withPods(() -> reads.lists(1)));
        add(all, "list of 5,000 pods, 8 clients", 4.1, 300, withPods(() -> reads.lists(8)));
        add(all, "table of 5,000 pods", 5.4, 240, withPods(reads::tables));
        add(all, "list by label, 500 of 5,000", 19, 59, withPods(reads::byLabel));
        add(all, "list by node, 100 of 5,000", 98, 9.4, withPods(reads::byNode));
        add(all, "events to 200 watchers", 22_100, 0.058, withPods(this::watches));
        add(all, "apply ConfigMap, 16 clients", 682, 2.3, withPods(writes::applyMaps));
        add(all, "apply Pod, 16 clients", 292, 5.9, withPods(writes::applyPods));
        add(all, "strategic merge patch, 16 clients", 457, 3.8, withPods(writes::strategic));
        add(all, "memory added by 10 lists of 50 MB", 0, 0, this::bigLists);
        add(all, "memory added by 1,000 CRDs, bar 100", 0, 0, this::definitions);
        return all;
    }

    private static Figure started(String name, Figure.Measure measure) {
        return new Figure(name, new Peer(4.2, 0), measure);
    }

    private static void add(
            List<Figure> all, String name, double peer, double peerCpuMs, Figure.Measure measure) {
        all.add(new Figure(name, new Peer(peer, peerCpuMs), measure));
    }

    private Figure.Measure withPods(Figure.Measure measure) {
        return () -> {
            setup.pods(ReadLoad.PODS_COUNT);
            return measure.take();
        };
    }

    private Result filled() throws IOException, InterruptedException {
        setup.pods(2_000);
        nodes.set(1_000);
        Result result = memory.resident();
        nodes.set(Objects.NODES);
        return result;
    }

    private Result definitions() throws IOException, InterruptedException {
        Result result = memory.added(() -> setup.definitions(DEFINITIONS));
        Definitions.remove(masters);
        return result;
    }

    private Result creates(int clients) throws IOException, InterruptedException {
        setup.namespaces();
        if (!warm) {
            Compilers.rest(masters.pids(), writes::warm);
            warm = true;
        }
        return writes.creates(clients);
    }

    private Result gets(int clients) throws IOException, InterruptedException {
        setup.pods(ReadLoad.PODS_COUNT);
        reads.gets(clients);
        return reads.gets(clients);
    }

    private Result watches() throws IOException, InterruptedException {
        if (warmsUp) {
            // Most of it is what a patch takes: watches alone would need minutes to bring enough of
            // them.
            writes.strategic();
            Compilers.rest(masters.pids(), () -> new Watchers(masters).run(WATCHERS, UPDATES));
        }
        // A burst is over in seconds, in which a garbage collection or two weigh much.
        List<Result> bursts = new ArrayList<>();
        for (int i = 0; i < BURSTS; i++) {
            bursts.add(new Watchers(masters).run(WATCHERS, UPDATES));
        }
        bursts.sort(Comparator.comparingDouble(Result::value));
        return bursts.get(BURSTS / 2);
    }

    private Result starts(LocalCluster cluster) throws IOException, InterruptedException {
        // They speak to the master that is stopped.
        nodes.close();
        return new Starts(cluster, masters).run();
    }

    private Result bigLists() throws IOException, InterruptedException {
        setup.big();
        return memory.addedByLists(10);
    }

    private static void print(String name, Peer original, Result result, boolean json) {
        double peer = original.value();
        double ratio = result.isRate() ? result.value() / peer : peer / result.value();
        if (json) {
            System.out.printf(
                    Locale.ROOT,
                    "{\"figure\":\"%s\",\"value\":%.3f,\"unit\":\"%s\",\"peer\":%.3f,\"cpuMs\":%.4f,"
                            + "\"peerCpuMs\":%.4f,\"p50Ms\":%.3f,\"p99Ms\":%.3f}%n",
                    name,
                    result.value(),
                    result.unit(),
                    peer,
                    result.cpuMs(),
                    original.cpuMs(),
                    result.latencies().ms(0.5),
                    result.latencies().ms(0.99));
            return;
        }
        StringBuilder line =
                new StringBuilder("%-36s".formatted(name))
                        .append(text(" %9.4g %-4s", result.value(), result.unit()));
        if (peer > 0) {
            line.append(text(" original %7.5g: x%5.2f", peer, ratio));
        }
        if (result.cpuMs() > 0) {
            line.append(
                    text(
                            "   CPU %7.3g ms, original %6.3g: x%5.2f",
                            result.cpuMs(), original.cpuMs(), original.cpuMs() / result.cpuMs()));
        }
        if (result.latencies().count() > 0) {
            line.append(
                    text(
                            "   p50 %.1f ms, p99 %.1f ms",
                            result.latencies().ms(0.5), result.latencies().ms(0.99)));
        }
        System.out.println(line);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
