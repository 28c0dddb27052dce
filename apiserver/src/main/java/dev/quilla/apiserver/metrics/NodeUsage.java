package dev.quilla.apiserver.metrics;

import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.codec.JsonTree;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a node and its pods use.
 *
 * @param node the whole machine
 * @param pods by their uid; containers by their name
 */
record NodeUsage(Usage node, Map<String, Map<String, Usage>> pods) {

    NodeUsage {
        pods = Map.copyOf(pods);
    }

    /**
     * What something uses.
     *
     * @param at the end of the window
     * @param window over which the use of processors is averaged
     * @param nanoCores billionths of a processor
     */
    record Usage(Instant at, Duration window, long nanoCores, long memoryBytes) {}

    /**
     * Reads a kubelet's {@code /stats/summary}. What has no rate yet is left out.
     *
     * @throws IOException if it is something else
     */
    static NodeUsage parse(byte[] json) throws IOException {
        try {
            Map<?, ?> summary = JsonTree.parseObject(json);
            Usage node =
                    usage(map(summary.get("node")))
                            .orElseThrow(() -> new IOException("the kubelet says no figures"));
            Map<String, Map<String, Usage>> pods = new HashMap<>();
            for (Object item : list(summary.get("pods"))) {
                Map<?, ?> pod = map(item);
                Map<String, Usage> containers = new LinkedHashMap<>();
                for (Object container : list(pod.get("containers"))) {
                    usage(map(container))
                            .ifPresent(u ->
                                    containers.put(String.valueOf(map(container).get("name")), u));
                }
                pods.put(String.valueOf(map(pod.get("podRef")).get("uid")), containers);
            }
            return new NodeUsage(node, pods);
        } catch (DecodeException | DateTimeException | ClassCastException e) {
            throw new IOException("not a summary of figures: " + e.getMessage(), e);
        }
    }

    private static Optional<Usage> usage(Map<?, ?> figures) {
        Map<?, ?> cpu = map(figures.get("cpu"));
        Object memory = map(figures.get("memory")).get("workingSetBytes");
        if (!(cpu.get("usageNanoCores") instanceof Number rate)
                || !(memory instanceof Number bytes)
                || !(figures.get("startTime") instanceof String start)) {
            return Optional.empty();
        }
        Instant at = Instant.parse(String.valueOf(cpu.get("time")));
        Duration window = Duration.between(Instant.parse(start), at);
        return Optional.of(new Usage(at, window, rate.longValue(), bytes.longValue()));
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    private static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : new ArrayList<>();
    }
}
