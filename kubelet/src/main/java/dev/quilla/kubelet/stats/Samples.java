package dev.quilla.kubelet.stats;

import dev.quilla.kubelet.runtime.ContainerRuntime;
import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.ContainerStats;
import dev.quilla.kubelet.runtime.RuntimeContainer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** Looks at everything that runs on this node. */
final class Samples {

    /** How many containers a runtime is asked about at once. */
    private static final int AT_ONCE_MAX = 16;

    private final ContainerRuntime runtime;
    private final MachineUsage machine;

    Samples(ContainerRuntime runtime, MachineUsage machine) {
        this.runtime = runtime;
        this.machine = machine;
    }

    /** The machine, and the containers that run, as they are at one moment, or nearly so. */
    record Sample(Usage node, Map<RuntimeContainer, Usage> containers) {
        Sample {
            containers = Map.copyOf(containers);
        }
    }

    Sample take() throws IOException, InterruptedException {
        List<RuntimeContainer> running =
                runtime.list().containers().stream().filter(RuntimeContainer::running).toList();
        Map<RuntimeContainer, Usage> containers = new ConcurrentHashMap<>();
        Semaphore room = new Semaphore(AT_ONCE_MAX);
        for (RuntimeContainer container : running) {
            room.acquire();
            Thread.ofVirtual()
                    .name("stats-" + container.name())
                    .start(() -> {
                        try {
                            add(container, containers);
                        } finally {
                            room.release();
                        }
                    });
        }
        room.acquire(AT_ONCE_MAX);
        return new Sample(machine.now(), containers);
    }

    private void add(RuntimeContainer container, Map<RuntimeContainer, Usage> containers) {
        try {
            ContainerStats stats = runtime.stats(container.id());
            containers.put(
                    container,
                    new Usage(stats.at(), stats.cpuNanos(), stats.memoryWorkingSetBytes()));
        } catch (ContainerRuntimeException e) {
            // It ended after it was listed: then it uses nothing.
            org.slf4j.LoggerFactory.getLogger(Samples.class)
                    .debug("no figures of {}: {}", container.id(), e.getMessage());
        }
    }
}
