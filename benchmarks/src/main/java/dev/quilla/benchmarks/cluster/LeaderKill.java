package dev.quilla.benchmarks.cluster;

import dev.quilla.benchmarks.Latencies;
import dev.quilla.client.ApiClient;
import dev.quilla.client.PatchType;
import dev.quilla.client.ResourceClient;
import dev.quilla.client.Transport;
import dev.quilla.client.TransportException;
import dev.quilla.client.http.HttpsTransport;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.ConfigMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Time from {@code kill -9} of the leading master to the next acknowledged write. */
final class LeaderKill {

    private static final ObjectKey TARGET = new ObjectKey("default", "leader-kill");
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Duration LOOK = Duration.ofMillis(200);

    /** How long no write may succeed, or nobody lead, before that is a failure. */
    private static final Duration OUTAGE_MAX = Duration.ofSeconds(60);

    private final LocalCluster cluster;

    LeaderKill(LocalCluster cluster) {
        this.cluster = cluster;
    }

    /** How long so many took; the dead master is brought back before the next one. */
    Latencies run(int kills, Consumer<String> progress) throws IOException, InterruptedException {
        List<Long> nanos = new ArrayList<>();
        try (Transport transport = new HttpsTransport(cluster.options())) {
            ResourceClient<ConfigMap> maps =
                    new ApiClient(transport).resource(Resources.CONFIG_MAPS);
            createTarget(maps);
            for (int i = 1; i <= kills; i++) {
                nanos.add(killOnce(maps));
                progress.accept(
                        "kill %d of %d: %.0f ms".formatted(i, kills, nanos.getLast() / 1e6));
                cluster.up();
            }
            maps.delete(TARGET);
        }
        return Latencies.of(nanos.stream().mapToLong(Long::longValue));
    }

    private static void createTarget(ResourceClient<ConfigMap> maps) {
        if (maps.find(TARGET).isEmpty()) {
            maps.create(
                    ConfigMap.builder()
                            .metadata(m -> m.namespace(TARGET.namespace()).name(TARGET.name()))
                            .build());
        }
    }

    private long killOnce(ResourceClient<ConfigMap> maps) throws IOException, InterruptedException {
        LocalCluster.Member leader = leader();
        awaitWrite(maps);
        ProcessHandle process = ProcessHandle.of(leader.pid()).orElseThrow();
        long killed = System.nanoTime();
        process.destroyForcibly();
        awaitWrite(maps);
        return System.nanoTime() - killed;
    }

    private static void awaitWrite(ResourceClient<ConfigMap> maps) {
        long end = System.nanoTime() + OUTAGE_MAX.toNanos();
        while (!write(maps)) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("no write succeeds for " + OUTAGE_MAX);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private LocalCluster.Member leader() throws IOException, InterruptedException {
        long end = System.nanoTime() + OUTAGE_MAX.toNanos();
        while (true) {
            for (LocalCluster.Member master : cluster.masters()) {
                if (master.role().equals("leader")) {
                    return master;
                }
            }
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("no master leads for " + OUTAGE_MAX);
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private static boolean write(ResourceClient<ConfigMap> maps) {
        String patch = "{\"data\":{\"at\":\"%d\"}}".formatted(System.nanoTime());
        try {
            maps.patch(TARGET, PatchType.MERGE, patch.getBytes(StandardCharsets.UTF_8));
            return true;
        } catch (ApiException | TransportException e) {
            return false;
        }
    }
}
