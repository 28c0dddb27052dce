package dev.quilla.benchmarks.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What many keys of 1 KB cost Quilla's store: memory against their bytes, the longest time that no
 * write is acknowledged while a snapshot is taken, and how soon a member serves again that was
 * killed, alone and with all others. Started by {@code benchmarks/keys.sh}.
 */
public final class CapacityFigures {

    private static final int VALUE_BYTES = 1_000;
    private static final int KEYS_IN_WRITE = 100;
    private static final int CLIENTS = 8;
    private static final int WRITERS = 16;
    private static final int HISTOGRAM_LINES = 16;
    private static final Duration SNAPSHOT = Duration.ofSeconds(120);

    /**
     * Nothing is written: what is resident then is what the keys cost, and not what writing does.
     */
    private static final Duration REST = Duration.ofSeconds(30);

    private static final Duration SERVING = Duration.ofMinutes(3);
    private static final Duration ATTEMPT = Duration.ofSeconds(2);
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final double MIB = 1 << 20;

    private final QuillaGroup group;
    private final int keys;
    private final String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();

    private CapacityFigures(QuillaGroup group, int keys) {
        this.group = group;
        this.keys = keys;
    }

    /**
     * Measures.
     *
     * @param args an empty directory, and how many keys
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        try (QuillaGroup group = new QuillaGroup(Path.of(args[0]), "4Gi")) {
            CapacityFigures figures = new CapacityFigures(group, Integer.parseInt(args[1]));
            figures.memory("started");
            figures.load();
            figures.memory("loaded");
            figures.pauses();
            figures.memory("after a snapshot");
            Thread.sleep(REST);
            figures.memory("after a rest");
            figures.histogram();
            figures.memory("after a full collection");
            figures.restartOne();
            figures.restartAll();
        }
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    private void load() throws InterruptedException {
        long start = System.nanoTime();
        AtomicInteger next = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            int client = i;
            threads.add(Thread.startVirtualThread(() -> load(client, next)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        print("%d keys of %d bytes in %.1f s", keys, VALUE_BYTES, seconds);
    }

    private void load(int client, AtomicInteger next) {
        KVGrpc.KVBlockingStub kv = KVGrpc.newBlockingStub(group.endpoints().of(client));
        SplittableRandom random = new SplittableRandom(client);
        byte[] value = new byte[VALUE_BYTES];
        while (true) {
            int from = next.getAndAdd(KEYS_IN_WRITE);
            if (from >= keys) {
                return;
            }
            TxnRequest.Builder all = TxnRequest.newBuilder();
            for (int key = from; key < Math.min(keys, from + KEYS_IN_WRITE); key++) {
                random.nextBytes(value);
                all.addSuccess(
                        RequestOp.newBuilder().setRequestPut(put(key, ByteString.copyFrom(value))));
            }
            kv.txn(all.build());
        }
    }

    private static PutRequest put(int key, ByteString value) {
        return PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("/keys/%07d".formatted(key)))
                .setValue(value)
                .build();
    }

    /** Resident memory of each member, against the bytes of the values. */
    private void memory(String when) throws IOException {
        List<String> resident = new ArrayList<>();
        for (int i = 0; i < StoreGroup.MEMBERS; i++) {
            double mib = residentBytes(group.process(i).pid()) / MIB;
            resident.add(String.format(Locale.ROOT, "%.0f", mib));
        }
        double payload = (double) keys * VALUE_BYTES / MIB;
        print(
                "resident, %s: %s MiB; the values are %.0f MiB, 1.5 times that and 200 is %.0f",
                when, String.join(" ", resident), payload, payload * 1.5 + 200);
    }

    private static long residentBytes(long pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(l -> l.startsWith("VmRSS:"))
                    .mapToLong(l -> Long.parseLong(l.replaceAll("[^0-9]", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        }
    }

    /** Where the leader's memory goes; this collects all its garbage. */
    private void histogram() throws IOException {
        String pid = Long.toString(group.process(group.leader()).pid());
        Process process = new ProcessBuilder(jcmd, pid, "GC.class_histogram").start();
        try (Stream<String> lines = process.inputReader().lines()) {
            List<String> all = lines.toList();
            all.stream().limit(HISTOGRAM_LINES).forEach(System.out::println);
            print("%s", all.isEmpty() ? "" : all.getLast());
        }
    }

    /** Writes, one after the other, until a snapshot has been taken on the leader. */
    private void pauses() throws IOException, InterruptedException {
        int leader = group.leader();
        long before = newestSnapshot(leader);
        long end = System.nanoTime() + SNAPSHOT.toNanos();
        Writers writers = new Writers();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            int client = i;
            threads.add(Thread.startVirtualThread(() -> writers.run(client)));
        }
        while (newestSnapshot(leader) == before && System.nanoTime() < end) {
            LockSupport.parkNanos(LOOK.toNanos());
        }
        writers.stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
        print(
                "%s; the longest time without an acknowledged write %.0f ms, the slowest of %d"
                        + " writes %.0f ms",
                newestSnapshot(leader) == before ? "no snapshot was taken" : "a snapshot was taken",
                writers.longestGap / 1e6,
                writers.count,
                writers.slowest / 1e6);
    }

    private long newestSnapshot(int member) throws IOException {
        try (Stream<Path> files = Files.walk(group.data(member))) {
            return files.map(f -> f.getFileName().toString())
                    .filter(n -> n.matches("snapshot\\.\\d+_\\d+"))
                    .mapToLong(n -> Long.parseLong(n.substring(n.indexOf('_') + 1)))
                    .max()
                    .orElse(0);
        } catch (java.io.UncheckedIOException e) {
            // A file went while it was looked at: there is a newer one.
            return newestSnapshot(member);
        }
    }

    private final class Writers {
        private volatile boolean stopped;
        private long last = System.nanoTime();
        private long longestGap;
        private long slowest;
        private int count;

        void run(int client) {
            KVGrpc.KVBlockingStub kv = KVGrpc.newBlockingStub(group.endpoints().of(client));
            ByteString value = ByteString.copyFrom(new byte[VALUE_BYTES]);
            SplittableRandom random = new SplittableRandom(client);
            while (!stopped) {
                long sent = System.nanoTime();
                try {
                    kv.put(put(random.nextInt(keys), value));
                    acknowledged(sent);
                } catch (StatusRuntimeException e) {
                    System.err.println("not acknowledged: " + e.getMessage());
                }
            }
        }

        private synchronized void acknowledged(long sent) {
            long now = System.nanoTime();
            longestGap = Math.max(longestGap, now - last);
            slowest = Math.max(slowest, now - sent);
            last = now;
            count++;
        }
    }

    private void restartOne() throws IOException {
        int follower = (group.leader() + 1) % StoreGroup.MEMBERS;
        group.kill(follower);
        long start = System.nanoTime();
        group.restart(follower);
        awaitRead(follower);
        print("a killed follower serves after %.1f s", (System.nanoTime() - start) / 1e9);
    }

    private void restartAll() throws IOException {
        for (int i = 0; i < StoreGroup.MEMBERS; i++) {
            group.kill(i);
        }
        long start = System.nanoTime();
        for (int i = 0; i < StoreGroup.MEMBERS; i++) {
            group.launchAgain(i);
        }
        for (int i = 0; i < StoreGroup.MEMBERS; i++) {
            awaitRead(i);
        }
        print("all killed: all serve after %.1f s", (System.nanoTime() - start) / 1e9);
    }

    private void awaitRead(int member) {
        long end = System.nanoTime() + SERVING.toNanos();
        while (!read(member)) {
            // Else it would count how long the client waits before it tries again.
            group.endpoints().of(member).resetConnectBackoff();
            if (System.nanoTime() > end) {
                throw new IllegalStateException("member " + member + " does not serve again");
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private boolean read(int member) {
        try {
            return KVGrpc.newBlockingStub(group.endpoints().of(member))
                            .withDeadlineAfter(ATTEMPT.toMillis(), TimeUnit.MILLISECONDS)
                            .range(
                                    RangeRequest.newBuilder()
                                            .setKey(put(0, ByteString.EMPTY).getKey())
                                            .build())
                            .getCount()
                    == 1;
        } catch (StatusRuntimeException e) {
            return false;
        }
    }
}
