package dev.quilla.benchmarks.api;

import dev.quilla.benchmarks.cluster.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** What masters need of the machine's memory, in MiB. */
final class Memory {

    private final Masters masters;
    private final Load load;

    Memory(Masters masters, Load load) {
        this.masters = masters;
        this.load = load;
    }

    /** Resident, of the master that has most. */
    Result resident() throws IOException {
        long most = 0;
        for (LocalCluster.Member member : masters.members()) {
            most = Math.max(most, member.residentMebibytes());
        }
        return Result.of(most, "MiB");
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
