package dev.quilla.kubelet.stats;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the whole machine uses, from {@code /proc}. Thread-safe. */
public final class MachineUsage {

    /** The kernel counts CPU time in hundredths of seconds towards programs (USER_HZ). */
    private static final long NANOS_PER_TICK = TimeUnit.SECONDS.toNanos(1) / 100;

    /** user, nice, system, idle, iowait, irq, softirq, steal: all but waiting is use. */
    private static final List<Integer> BUSY = List.of(1, 2, 3, 6, 7, 8);

    private final Path proc;
    private final InstantSource clock;

    /**
     * Reads there.
     *
     * @param proc {@code /proc}
     */
    public MachineUsage(Path proc, InstantSource clock) {
        this.proc = proc;
        this.clock = clock;
    }

    /** What is used now. */
    public Usage now() throws IOException {
        String[] ticks = line("stat", "cpu ").split("\\s+");
        long busy = BUSY.stream().mapToLong(i -> Long.parseLong(ticks[i])).sum();
        long memory = kilobytes("MemTotal:") - kilobytes("MemAvailable:");
        return new Usage(clock.instant(), busy * NANOS_PER_TICK, memory << 10);
    }

    private long kilobytes(String name) throws IOException {
        return Long.parseLong(line("meminfo", name).replaceAll("[^0-9]", ""));
    }

    private String line(String file, String start) throws IOException {
        return Files.readAllLines(proc.resolve(file)).stream()
                .filter(l -> l.startsWith(start))
                .findFirst()
                .orElseThrow(() -> new IOException(proc + "/" + file + " has no " + start));
    }
}
