package dev.quilla.kubelet.runtime.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** The memory of processes, where no cgroup counts it: what each of them holds. */
final class ResidentMemory {

    private static final String HELD = "VmRSS:";

    private ResidentMemory() {}

    static long of(List<ProcessHandle> processes) {
        return processes.stream().mapToLong(p -> bytes(p.pid())).sum();
    }

    private static long bytes(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                    .filter(l -> l.startsWith(HELD))
                    .mapToLong(l -> Long.parseLong(l.replaceAll("[^0-9]", "")) << 10)
                    .sum();
        } catch (NoSuchFileException _) {
            return 0; // It has ended.
        } catch (IOException e) {
            // A process that ends while its file is read answers with an error.
            org.slf4j.LoggerFactory.getLogger(ResidentMemory.class)
                    .debug("no figures of process {}: {}", pid, e.getMessage());
            return 0;
        }
    }
}
