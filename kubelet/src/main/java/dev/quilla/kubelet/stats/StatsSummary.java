package dev.quilla.kubelet.stats;

import dev.quilla.kubelet.runtime.ContainerId;
import dev.quilla.kubelet.runtime.ContainerRuntime;
import dev.quilla.kubelet.runtime.PodKey;
import dev.quilla.kubelet.runtime.RuntimeContainer;
import dev.quilla.kubelet.stats.Samples.Sample;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a node and its pods use, in the form of Kubernetes' {@code /stats/summary}. It is measured
 * when it is asked for: the use of processors between now and the look some ten seconds ago, or, if
 * nobody has asked lately, over a second that the first one waits. So a node that nobody asks about
 * spends nothing. Thread-safe; those who ask at once share one look.
 */
public final class StatsSummary {

    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final Duration WINDOW_MIN = Duration.ofSeconds(1);
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final Duration KEPT = Duration.ofSeconds(60);

    private final String node;
    private final Look samples;
    private final InstantSource clock;
    private final Pause pause;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Sample> kept = new ArrayDeque<>();

    /** Looks at what is used now. */
    interface Look {
        Sample take() throws IOException, InterruptedException;
    }

    /** Lets time pass. */
    public interface Pause {
        void pass(Duration duration) throws InterruptedException;
    }

    /** Measures a node. */
    public StatsSummary(
            String node,
            ContainerRuntime runtime,
            MachineUsage machine,
            InstantSource clock,
            Pause pause) {
        this(node, new Samples(runtime, machine)::take, clock, pause);
    }

    StatsSummary(String node, Look samples, InstantSource clock, Pause pause) {
        this.node = node;
        this.samples = samples;
        this.clock = clock;
        this.pause = pause;
    }

    /** The figures, as a JSON tree. */
    public Map<String, @Nullable Object> now() throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!kept.isEmpty() && age(kept.getFirst()).compareTo(KEPT) > 0) {
                kept.removeFirst();
            }
            boolean fresh = !kept.isEmpty() && age(kept.getLast()).compareTo(FRESH) < 0;
            if (!fresh || kept.size() < 2) {
                look();
            }
            if (kept.size() < 2) {
                pause.pass(WINDOW_MIN);
                look();
            }
            Sample last = kept.getLast();
            return summary(base(last), last);
        } finally {
            lock.unlock();
        }
    }

    private void look() throws IOException, InterruptedException {
        kept.addLast(samples.take());
    }

    private Duration age(Sample sample) {
        return Duration.between(sample.node().at(), clock.instant());
    }

    /** The newest look that is a window away, else the oldest. */
    private Sample base(Sample last) {
        Instant wanted = last.node().at().minus(WINDOW);
        Sample base = kept.getFirst();
        for (Sample sample : kept) {
            if (!sample.node().at().isAfter(wanted)) {
                base = sample;
            }
        }
        return base;
    }

    private Map<String, @Nullable Object> summary(Sample base, Sample last) {
        Map<ContainerId, Usage> before = new LinkedHashMap<>();
        base.containers().forEach((container, usage) -> before.put(container.id(), usage));
        Map<PodKey, List<Object>> byPod = new LinkedHashMap<>();
        last.containers()
                .forEach((container, usage) ->
                        byPod.computeIfAbsent(container.pod(), p -> new ArrayList<>())
                                .add(
                                        container(
                                                container,
                                                Optional.ofNullable(before.get(container.id())),
                                                usage)));
        List<Object> pods = new ArrayList<>();
        byPod.forEach((pod, containers) -> pods.add(pod(pod, containers)));
        Map<String, @Nullable Object> summary = new LinkedHashMap<>();
        Map<String, @Nullable Object> own = figures(Optional.of(base.node()), last.node());
        own.put("nodeName", node);
        summary.put("node", own);
        summary.put("pods", pods);
        return summary;
    }

    private static Map<String, @Nullable Object> pod(PodKey pod, List<Object> containers) {
        Map<String, @Nullable Object> reference = new LinkedHashMap<>();
        reference.put("name", pod.name());
        reference.put("namespace", pod.namespace());
        reference.put("uid", pod.uid());
        Map<String, @Nullable Object> figures = new LinkedHashMap<>();
        figures.put("podRef", reference);
        figures.put("containers", containers);
        return figures;
    }

    private static Map<String, @Nullable Object> container(
            RuntimeContainer container, Optional<Usage> before, Usage now) {
        Map<String, @Nullable Object> figures = figures(before, now);
        figures.put("name", container.name());
        return figures;
    }

    /** A container that has only just started has no rate yet. */
    private static Map<String, @Nullable Object> figures(Optional<Usage> before, Usage now) {
        Map<String, @Nullable Object> cpu = new LinkedHashMap<>();
        cpu.put("time", now.at().toString());
        before.flatMap(b -> rate(b, now)).ifPresent(r -> cpu.put("usageNanoCores", r));
        cpu.put("usageCoreNanoSeconds", now.cpuNanos());
        Map<String, @Nullable Object> memory = new LinkedHashMap<>();
        memory.put("time", now.at().toString());
        memory.put("workingSetBytes", now.memoryBytes());
        Map<String, @Nullable Object> figures = new LinkedHashMap<>();
        before.ifPresent(b -> figures.put("startTime", b.at().toString()));
        figures.put("cpu", cpu);
        figures.put("memory", memory);
        return figures;
    }

    private static Optional<Long> rate(Usage before, Usage now) {
        long nanos = Duration.between(before.at(), now.at()).toNanos();
        long used = now.cpuNanos() - before.cpuNanos();
        return nanos <= 0 || used < 0
                ? Optional.empty()
                : Optional.of((long) (used * (double) Duration.ofSeconds(1).toNanos() / nanos));
    }
}
