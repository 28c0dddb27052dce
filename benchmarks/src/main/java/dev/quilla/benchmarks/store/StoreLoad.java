package dev.quilla.benchmarks.store;

import dev.quilla.store.Bytes;
import dev.quilla.store.Freshness;
import dev.quilla.store.Key;
import dev.quilla.store.Op;
import dev.quilla.store.Outcome;
import dev.quilla.store.Store;
import dev.quilla.store.StoreException;
import dev.quilla.store.Txn;
import dev.quilla.store.raft.RaftStore;
import dev.quilla.store.raft.RaftStoreConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Three members as processes of their own on loopback, with fsync: how many puts and linearizable
 * gets a second clients inside the leader's process get, and how long writes stand still when the
 * leader is killed.
 *
 * <p>{@code StoreLoad [KILLS] [ELECTION_MIN_MS ELECTION_MAX_MS]}
 */
public final class StoreLoad {

    private static final int VALUE_BYTES = 1_500;
    private static final int KEYS = 10_000;
    private static final Duration RUN = Duration.ofSeconds(5);
    private static final Duration SETTLE = Duration.ofSeconds(2);
    private static final List<String> IDS = List.of("m1", "m2", "m3");

    private StoreLoad() {}

    /** Runs it, or one member of it. */
    public static void main(String[] args) throws Exception {
        if (args.length > 0 && args[0].equals("member")) {
            member(args);
            return;
        }
        int kills = args.length > 0 ? Integer.parseInt(args[0]) : 20;
        String elections = args.length > 2 ? args[1] + "," + args[2] : "300,600";
        try (Group group = new Group(elections)) {
            for (String id : IDS) {
                group.start(id);
            }
            Child leader = group.awaitLeader();
            leader.ask("puts 64 " + RUN.toMillis());
            for (String what : List.of("puts", "gets")) {
                for (int clients : new int[] {1, 16, 64, 256}) {
                    String request = what + " " + clients + " " + RUN.toMillis();
                    System.out.println(request + ": " + leader.ask(request));
                }
            }
            failover(group, kills);
        }
    }

    /** Kills the leader, and looks how long both others together acknowledge nothing. */
    private static void failover(Group group, int kills) throws Exception {
        long[] millis = new long[kills];
        for (int i = 0; i < kills; i++) {
            Child leader = group.awaitLeader();
            Thread.sleep(SETTLE);
            Child other = group.running().stream().filter(c -> c != leader).findAny().orElseThrow();
            other.ask("put");
            long start = System.nanoTime();
            leader.process.destroyForcibly().waitFor();
            while (!other.ask("put").equals("ok")) {
                Thread.onSpinWait();
            }
            millis[i] = (System.nanoTime() - start) / 1_000_000;
            System.out.println("kill " + (i + 1) + ": " + millis[i] + " ms");
            group.start(leader.id);
        }
        Arrays.sort(millis);
        System.out.printf(
                Locale.ROOT,
                "failover of %d: p50 %d ms, max %d ms%n",
                kills,
                millis[kills / 2],
                millis[kills - 1]);
    }

    private static final class Group implements AutoCloseable {
        private final Path folder = Files.createTempDirectory("store-load");
        private final List<Child> children = new ArrayList<>();
        private final String ports;
        private final String elections;

        Group(String elections) throws IOException {
            this.elections = elections;
            List<String> found = new ArrayList<>();
            for (int i = 0; i < IDS.size(); i++) {
                try (ServerSocket socket = new ServerSocket(0)) {
                    found.add(Integer.toString(socket.getLocalPort()));
                }
            }
            ports = String.join(",", found);
        }

        void start(String id) throws IOException {
            children.removeIf(c -> c.id.equals(id));
            children.add(new Child(id, ports, folder.resolve(id), elections));
        }

        List<Child> running() {
            return children.stream().filter(c -> c.process.isAlive()).toList();
        }

        Child awaitLeader() throws IOException, InterruptedException {
            while (true) {
                for (Child child : running()) {
                    if (child.ask("role").equals("leader")) {
                        return child;
                    }
                }
                Thread.sleep(Duration.ofMillis(10));
            }
        }

        @Override
        public void close() {
            children.forEach(c -> c.process.destroyForcibly());
        }
    }

    /** A member's process; asked one thing after the other. */
    private static final class Child {
        private final String id;
        private final Process process;
        private final BufferedReader answers;

        Child(String id, String ports, Path dataDir, String elections) throws IOException {
            this.id = id;
            this.process =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-Xmx1g",
                                    "--enable-native-access=ALL-UNNAMED",
                                    "--sun-misc-unsafe-memory-access=allow",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    StoreLoad.class.getName(),
                                    "member",
                                    id,
                                    ports,
                                    dataDir.toString(),
                                    elections)
                            .redirectError(dataDir.resolveSibling(id + ".log").toFile())
                            .start();
            this.answers = process.inputReader(StandardCharsets.UTF_8);
            answers.readLine();
        }

        String ask(String request) throws IOException {
            process.outputWriter(StandardCharsets.UTF_8).append(request).append('\n').flush();
            return String.valueOf(answers.readLine());
        }
    }

    private static void member(String[] args) throws Exception {
        var answers = System.out;
        System.setOut(System.err);
        String[] ports = args[2].split(",");
        List<RaftStoreConfig.Member> members = new ArrayList<>();
        for (int i = 0; i < ports.length; i++) {
            members.add(
                    new RaftStoreConfig.Member(
                            IDS.get(i), "127.0.0.1", Integer.parseInt(ports[i])));
        }
        String[] elections = args[4].split(",");
        Store store =
                RaftStore.open(
                        new RaftStoreConfig(
                                "load",
                                args[1],
                                members,
                                Path.of(args[3]),
                                Optional.empty(),
                                Duration.ofMillis(Long.parseLong(elections[0])),
                                Duration.ofMillis(Long.parseLong(elections[1])),
                                20_000,
                                why -> Runtime.getRuntime().halt(1)));
        answers.println("ready");
        BufferedReader requests =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            answers.println(answer(store, line.split(" ")));
        }
        System.exit(0);
    }

    private static String answer(Store store, String[] words) throws InterruptedException {
        return switch (words[0]) {
            case "role" -> store.leadership().term().isPresent() ? "leader" : "follower";
            case "put" -> put(store) ? "ok" : "no";
            case "puts" ->
                    load(() -> put(store), Integer.parseInt(words[1]), Long.parseLong(words[2]));
            default -> load(() -> get(store), Integer.parseInt(words[1]), Long.parseLong(words[2]));
        };
    }

    private static Key key() {
        return new Key("/load/" + ThreadLocalRandom.current().nextInt(KEYS));
    }

    private static boolean put(Store store) {
        try {
            Op put = new Op.Put(key(), Bytes.wrap(new byte[VALUE_BYTES]));
            return store.commit(Txn.of(List.of(), List.of(put))) instanceof Outcome.Committed;
        } catch (StoreException e) {
            return false;
        }
    }

    private static boolean get(Store store) {
        store.view(new Freshness.Linearizable()).get(key());
        return true;
    }

    private interface Work {
        boolean once();
    }

    /** So many clients, each with one request at a time. */
    private static String load(Work work, int clients, long millis) throws InterruptedException {
        AtomicLong done = new AtomicLong();
        AtomicLong failed = new AtomicLong();
        CountDownLatch ended = new CountDownLatch(clients);
        long start = System.nanoTime();
        long end = start + millis * 1_000_000;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < clients; i++) {
                threads.execute(() -> {
                    while (System.nanoTime() < end) {
                        (work.once() ? done : failed).incrementAndGet();
                    }
                    ended.countDown();
                });
            }
            ended.await();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        double rate = done.get() / seconds;
        return String.format(
                Locale.ROOT,
                "%.0f/s, mean %.2f ms, %d failed",
                rate,
                1_000 * clients / rate,
                failed.get());
    }
}
