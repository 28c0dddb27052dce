package dev.quilla.benchmarks;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;

/**
 * The threads of JVMs that compile. A JVM compiles for its first minutes, while servers run for
 * months: what servers do for long is measured when their compilers rest.
 */
public final class Compilers {

    private static final Duration PATIENCE = Duration.ofMinutes(6);
    private static final double REST = 0.03;
    private static final long MS_PER_TICK = 10;

    private Compilers() {}

    /** What is asked of the servers meanwhile. */
    public interface Load {
        /** For a while, long enough to tell what the compilers take of it. */
        void run() throws IOException, InterruptedException;
    }

    /**
     * Loads servers until their compilers take less than 3 % of the processors; six minutes at
     * most.
     */
    public static void rest(Collection<Long> pids, Load load)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        double share = 1;
        while (share > REST && System.nanoTime() - start < PATIENCE.toNanos()) {
            long before = processorMs(pids);
            long from = System.nanoTime();
            load.run();
            double spent = processorMs(pids) - before;
            double elapsed = Duration.ofNanos(System.nanoTime() - from).toMillis();
            share = spent / elapsed / Runtime.getRuntime().availableProcessors();
            System.err.printf(Locale.ROOT, "  compilers take %.0f %%%n", share * 100);
        }
    }

    private static long processorMs(Collection<Long> pids) throws IOException {
        long ticks = 0;
        for (long pid : pids) {
            try (DirectoryStream<Path> threads =
                    Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
                for (Path thread : threads) {
                    ticks += ticks(thread);
                }
            }
        }
        return ticks * MS_PER_TICK;
    }

    private static long ticks(Path thread) throws IOException {
        try {
            String stat = Files.readString(thread.resolve("stat"));
            int end = stat.lastIndexOf(')');
            // The system cuts names: "C2 CompilerThre".
            if (!stat.substring(0, end).contains(" Compiler")) {
                return 0;
            }
            String[] fields = stat.substring(end + 2).split(" ");
            return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        } catch (NoSuchFileException e) {
            // It has ended since the threads were listed; those of compilers stay.
            return 0;
        }
    }
}
