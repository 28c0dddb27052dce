package dev.quilla.benchmarks.api;

import dev.quilla.benchmarks.cluster.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What masters need of the machine's memory, in MiB. */
final class Memory {

    /** After this long without work a master has given back what it has no use for. */
    private static final Duration REST = Duration.ofSeconds(30);

    /** What takes memory. */
    interface Work {
        void run() throws IOException, InterruptedException;
    }

    private final Masters masters;
    private final Load load;

    Memory(Masters masters, Load load) {
        this.masters = masters;
        this.load = load;
    }

    /** Resident, of the master that has most. */
    Result resident() throws IOException {
        return Result.of(LongStream.of(all()).max().orElseThrow(), "MiB");
    }

    /** The same once the masters have had nothing to do for a while. */
    Result atRest() throws IOException {
        rest();
        return resident();
    }

    /** What work adds to the master that it adds most to, at rest before and after. */
    Result added(Work work) throws IOException, InterruptedException {
        rest();
        long[] before = all();
        work.run();
        rest();
        long[] after = all();
        return Result.of(
                IntStream.range(0, before.length)
                        .mapToLong(i -> after[i] - before[i])
                        .max()
                        .orElseThrow(),
                "MiB");
    }

    private void rest() throws IOException {
        masters.settle();
        LockSupport.parkNanos(REST.toNanos());
    }

    private long[] all() throws IOException {
        long[] mebibytes = new long[masters.members().size()];
        for (int i = 0; i < mebibytes.length; i++) {
            mebibytes[i] = masters.members().get(i).residentMebibytes();
        }
        return mebibytes;
    }

    /** The most that so many lists at once add to a master, when all ask the same one. */
    Result addedByLists(int clients) throws IOException, InterruptedException {
        byte[] request = Connection.request("GET", Setup.BIG, "", "");
        LocalCluster.Member one = masters.members().getFirst();
        long before = one.residentMebibytes();
        // Forgets the highest that was reached so far.
        Files.writeString(Path.of("/proc/" + one.pid() + "/clear_refs"), "5");
        load.runOn(one, clients, request, Duration.ofSeconds(5));
        return Result.of(highest(one) - before, "MiB");
    }

    private static long highest(LocalCluster.Member member) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + member.pid() + "/status"))) {
            return lines.filter(l -> l.startsWith("VmHWM:"))
                    .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElseThrow();
        }
    }
}
