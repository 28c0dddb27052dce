package dev.quilla.benchmarks.api;

import dev.quilla.benchmarks.Latencies;
import dev.quilla.benchmarks.cluster.LocalCluster;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/** How long a master that was stopped takes until it serves again. */
final class Starts {

    private static final int TIMES = 5;
    private static final Duration LOOK = Duration.ofMillis(5);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final LocalCluster cluster;
    private final Masters masters;

    Starts(LocalCluster cluster, Masters masters) {
        this.cluster = cluster;
        this.masters = masters;
    }

    /** From the start of its program to being ready, in seconds: the median of some. */
    Result run() throws IOException, InterruptedException {
        LocalCluster.Member member = masters.members().getFirst();
        String[] command =
                Files.readString(
                                Path.of("/proc/" + member.pid() + "/cmdline"),
                                StandardCharsets.UTF_8)
                        .split("\0");
        Path directory = Path.of("/proc/" + member.pid() + "/cwd").toRealPath();
        end(ProcessHandle.of(member.pid()).orElseThrow());
        long[] nanos = new long[TIMES];
        for (int i = 0; i < TIMES; i++) {
            nanos[i] = start(member, List.of(command), directory);
        }
        cluster.up();
        masters.refresh();
        Latencies latencies = Latencies.of(LongStream.of(nanos));
        return new Result(latencies.ms(0.5) / 1000, "s", 0, latencies);
    }

    private long start(LocalCluster.Member member, List<String> command, Path directory)
            throws IOException {
        long start = System.nanoTime();
        Process process =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(new File("/dev/null"))
                        .start();
        try {
            byte[] ready = Connection.request("GET", "/readyz", "", "");
            while (!masters.isReady(member, ready)) {
                if (System.nanoTime() - start > PATIENCE.toNanos()) {
                    throw new IOException(member.name() + " is not ready for " + PATIENCE);
                }
                LockSupport.parkNanos(LOOK.toNanos());
            }
            return System.nanoTime() - start;
        } finally {
            end(process.toHandle());
        }
    }

    private static void end(ProcessHandle process) {
        process.destroy();
        process.onExit().join();
    }
}
