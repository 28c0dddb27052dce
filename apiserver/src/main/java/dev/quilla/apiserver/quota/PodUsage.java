package dev.quilla.apiserver.quota;

import dev.quilla.apiserver.admission.PodAmounts;
import dev.quilla.model.Quantity;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.ResourceRequirements;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a pod uses. One that is over uses nothing, but is still there. */
final class PodUsage {

    private static final Set<String> COMPUTE = Set.of("cpu", "memory", "ephemeral-storage");
    private static final Set<String> SPECIFIED =
            Set.of(
                    "cpu",
                    "memory",
                    "requests.cpu",
                    "requests.memory",
                    "limits.cpu",
                    "limits.memory");
    private static final String REQUESTS = "requests.";
    private static final String LIMITS = "limits.";

    private PodUsage() {}

    static boolean isOver(Pod pod) {
        return pod.status().phase().equals("Succeeded") || pod.status().phase().equals("Failed");
    }

    static Map<String, Quantity> of(Pod pod) {
        Map<String, Quantity> used = new TreeMap<>();
        if (isOver(pod)) {
            return used;
        }
        used.put("pods", Usage.ONE);
        PodAmounts.requests(pod.spec())
                .forEach((name, amount) -> {
                    boolean pages = name.startsWith("hugepages-");
                    if (COMPUTE.contains(name) || pages) {
                        used.put(name, amount);
                    }
                    if (COMPUTE.contains(name) || pages || name.contains("/")) {
                        used.put(REQUESTS + name, amount);
                    }
                });
        PodAmounts.limits(pod.spec())
                .forEach((name, amount) -> {
                    if (COMPUTE.contains(name)) {
                        used.put(LIMITS + name, amount);
                    }
                });
        return used;
    }

    /**
     * What containers must say because a quota limits it, and don't: {@code limits.cpu for: web}.
     *
     * @return empty if nothing is missing
     */
    static String missing(Pod pod, Set<String> limited) {
        Map<String, String> missing = new TreeMap<>();
        for (String name : limited) {
            if (SPECIFIED.contains(name) && !says(pod.spec().resources(), name)) {
                String containers =
                        containers(pod).stream()
                                .filter(c -> !says(c.resources(), name))
                                .map(Container::name)
                                .sorted()
                                .collect(Collectors.joining(","));
                missing.put(name, containers);
            }
        }
        return missing.entrySet().stream()
                .filter(e -> !e.getValue().isEmpty())
                .map(e -> e.getKey() + " for: " + e.getValue())
                .collect(Collectors.joining("; "));
    }

    private static List<Container> containers(Pod pod) {
        List<Container> all = new ArrayList<>(pod.spec().initContainers());
        all.addAll(pod.spec().containers());
        return all;
    }

    private static boolean says(ResourceRequirements has, String name) {
        return name.startsWith(LIMITS)
                ? has.limits().containsKey(name.substring(LIMITS.length()))
                : Stream.of(name, name.replace(REQUESTS, "")).anyMatch(has.requests()::containsKey);
    }
}
