package dev.quilla.kubelet.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.kubelet.runtime.ContainerId;
import dev.quilla.kubelet.runtime.PodKey;
import dev.quilla.kubelet.runtime.RunState;
import dev.quilla.kubelet.runtime.RuntimeContainer;
import dev.quilla.kubelet.runtime.SandboxId;
import dev.quilla.model.codec.JsonTree;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatsSummaryTest {

    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    private Instant now = START;
    private int looks;
    private final List<Duration> pauses = new ArrayList<>();
    private final Map<RuntimeContainer, Long> cores = new HashMap<>();
    private final StatsSummary summary =
            new StatsSummary(
                    "n1",
                    this::look,
                    () -> now,
                    duration -> {
                        pauses.add(duration);
                        now = now.plus(duration);
                    });

    /** Each container has used so many thousandths of a processor since the start. */
    private Samples.Sample look() {
        looks++;
        Map<RuntimeContainer, Usage> usages = new HashMap<>();
        cores.forEach((container, milli) -> usages.put(container, usage(milli)));
        return new Samples.Sample(usage(500), usages);
    }

    private Usage usage(long milli) {
        return new Usage(now, Duration.between(START, now).toMillis() * 1000 * milli, 7 << 20);
    }

    private static RuntimeContainer container(String name) {
        return new RuntimeContainer(
                new ContainerId(name),
                new SandboxId("s"),
                new PodKey("uid", "default", "web"),
                name,
                0,
                "x",
                "x",
                new RunState.Running(START, 1),
                Map.of());
    }

    private String text() throws Exception {
        return new String(JsonTree.write(summary.now()), StandardCharsets.UTF_8);
    }

    @Test
    void whoAsksFirstWaitsForASecond() throws Exception {
        cores.put(container("main"), 250L);
        String text = text();
        assertEquals(List.of(Duration.ofSeconds(1)), pauses);
        assertTrue(text.contains("\"usageNanoCores\":500000000"), text);
        assertTrue(text.contains("\"usageNanoCores\":250000000"), text);
        assertTrue(text.contains("\"workingSetBytes\":7340032"), text);
        assertTrue(text.contains("\"namespace\":\"default\""), text);
    }

    @Test
    void whoAsksLaterWaitsForNothingAndThoseAtOnceShareALook() throws Exception {
        text();
        now = now.plusSeconds(10);
        text();
        text();
        assertEquals(1, pauses.size());
        assertEquals(3, looks);
    }

    @Test
    void whatHasOnlyJustStartedHasNoRate() throws Exception {
        text();
        cores.put(container("new"), 100L);
        now = now.plusSeconds(10);
        assertFalse(text().contains("\"usageNanoCores\":100000000"));
    }

    @Test
    void readsWhatTheMachineUses(@TempDir Path proc) throws Exception {
        Files.writeString(proc.resolve("stat"), "cpu  10 20 30 999 888 1 2 3 0 0\ncpu0 1 1 1\n");
        Files.writeString(
                proc.resolve("meminfo"),
                "MemTotal:  1000 kB\nMemFree: 1 kB\nMemAvailable:  400 kB\n");
        Usage usage = new MachineUsage(proc, InstantSource.fixed(START)).now();
        assertEquals(new Usage(START, 660_000_000L, 600L << 10), usage);
    }
}
