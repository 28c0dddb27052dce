package dev.quilla.controller.autoscaling;

import dev.quilla.controller.Pods;
import dev.quilla.model.Quantity;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.metrics.v1beta1.PodMetrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What the pods of a target use of one resource, in thousandths, as far as that is known.
 *
 * @param used of pods whose use counts
 * @param requested of the same pods and those below
 * @param unready how many pods are not ready to be counted: they use nothing yet
 * @param missing names of pods that should have figures, but have none
 */
record PodFigures(
        Map<String, Long> used, Map<String, Long> requested, int unready, List<String> missing) {

    PodFigures {
        used = Map.copyOf(used);
        requested = Map.copyOf(requested);
        missing = List.copyOf(missing);
    }

    /** A pod lacks a request where a share of it is wanted. */
    static final class NoRequestException extends RuntimeException {
        private static final long serialVersionUID = 1;

        NoRequestException(String message) {
            super(message);
        }
    }

    /**
     * Sorts pods by what is known of them.
     *
     * @param container the one container that counts; all where there is none
     * @param shares whether shares of requests are wanted
     * @throws NoRequestException if shares are wanted and a container requests nothing
     */
    static PodFigures of(
            List<Pod> pods,
            Map<String, PodMetrics> metrics,
            String resource,
            Optional<String> container,
            boolean shares) {
        Map<String, Long> requested = new HashMap<>();
        Map<String, Long> values = new HashMap<>();
        for (Pod pod : pods) {
            if (shares && counts(pod)) {
                requested.put(pod.name(), request(pod, resource, container));
            }
            PodMetrics known = metrics.get(pod.name());
            if (known != null) {
                use(known, resource, container).ifPresent(use -> values.put(pod.name(), use));
            }
        }
        return sorted(pods, values, requested, resource.equals("cpu"));
    }

    /** Sorts pods by the values that they have of something that is no resource. */
    static PodFigures of(List<Pod> pods, Map<String, Long> values) {
        return sorted(pods, values, Map.of(), false);
    }

    private static boolean counts(Pod pod) {
        return !pod.metadata().hasDeletionTimestamp() && !Pods.isOver(pod);
    }

    /**
     * Sorts pods.
     *
     * @param warmsUp whether pods that start use more of it than they will, and so do not count
     */
    private static PodFigures sorted(
            List<Pod> pods,
            Map<String, Long> values,
            Map<String, Long> requested,
            boolean warmsUp) {
        Map<String, Long> used = new HashMap<>();
        List<String> missing = new ArrayList<>();
        int unready = 0;
        for (Pod pod : pods) {
            if (!counts(pod)) {
                continue;
            }
            Long value = values.get(pod.name());
            boolean starting = warmsUp && !Pods.isReady(pod);
            if (pod.status().phase().equals("Pending") || starting) {
                unready++;
            } else if (value == null) {
                missing.add(pod.name());
            } else {
                used.put(pod.name(), value);
            }
        }
        return new PodFigures(used, requested, unready, missing);
    }

    /** How many pods there are. */
    int pods() {
        return used.size() + unready + missing.size();
    }

    /** What all pods that count use together. */
    long total() {
        return used.values().stream().mapToLong(Long::longValue).sum();
    }

    /** What the named pods request together. */
    long requests(Stream<String> names) {
        return names.mapToLong(n -> requested.getOrDefault(n, 0L)).sum();
    }

    private static long request(Pod pod, String resource, Optional<String> container) {
        Stream<Container> sidecars =
                pod.spec().initContainers().stream()
                        .filter(c -> c.restartPolicy().equals("Always"));
        return Stream.concat(pod.spec().containers().stream(), sidecars)
                .filter(c -> container.map(c.name()::equals).orElse(true))
                .mapToLong(c ->
                        Optional.ofNullable(c.resources().requests().get(resource))
                                .map(Quantity::milliValue)
                                .orElseThrow(() ->
                                        new NoRequestException(
                                                "missing request for %s in container %s of Pod %s"
                                                        .formatted(
                                                                resource, c.name(), pod.name()))))
                .sum();
    }

    private static OptionalLong use(
            PodMetrics metrics, String resource, Optional<String> container) {
        List<Quantity> amounts =
                metrics.containers().stream()
                        .filter(c -> container.map(c.name()::equals).orElse(true))
                        .flatMap(c -> Optional.ofNullable(c.usage().get(resource)).stream())
                        .toList();
        return amounts.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(amounts.stream().mapToLong(Quantity::milliValue).sum());
    }
}
