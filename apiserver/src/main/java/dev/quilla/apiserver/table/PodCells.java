package dev.quilla.apiserver.table;

import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.ContainerState;
import dev.quilla.model.core.v1.ContainerStatus;
import dev.quilla.model.core.v1.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Pods: one word for how the pod is, made of its phase and its containers' states. */
final class PodCells implements Cells {

    @Override
    public Object cell(String column, Struct object, Instant now) {
        Pod pod = new Pod(object);
        return switch (column) {
            case "Ready" ->
                    pod.status().containerStatuses().stream().filter(ContainerStatus::ready).count()
                            + "/"
                            + pod.spec().containers().size();
            case "Status" -> status(pod);
            case "Restarts" -> restarts(pod, now);
            case "IP" -> orNone(pod.status().podIP());
            case "Node" -> orNone(pod.spec().nodeName());
            case "Nominated Node" -> orNone(pod.status().nominatedNodeName());
            case "Readiness Gates" -> pod.spec().readinessGates().isEmpty() ? "<none>" : gates(pod);
            default -> Cells.common(column, object, now);
        };
    }

    private static String orNone(String text) {
        return text.isEmpty() ? "<none>" : text;
    }

    private static String gates(Pod pod) {
        long met =
                pod.spec().readinessGates().stream()
                        .filter(g ->
                                pod.status().conditions().stream()
                                        .anyMatch(c ->
                                                c.type().equals(g.conditionType())
                                                        && c.status().equals("True")))
                        .count();
        return met + "/" + pod.spec().readinessGates().size();
    }

    private static String restarts(Pod pod, Instant now) {
        int count =
                pod.status().containerStatuses().stream()
                        .mapToInt(ContainerStatus::restartCount)
                        .sum();
        Optional<Instant> last =
                pod.status().containerStatuses().stream()
                        .map(s -> s.lastState().terminated().finishedAt())
                        .flatMap(Optional::stream)
                        .max(Instant::compareTo);
        return count == 0 || last.isEmpty()
                ? Integer.toString(count)
                : count + " (" + Ages.since(last, now) + " ago)";
    }

    static String status(Pod pod) {
        String word =
                pod.status().reason().isEmpty() ? pod.status().phase() : pod.status().reason();
        boolean gated =
                pod.status().conditions().stream()
                        .anyMatch(c ->
                                c.type().equals("PodScheduled")
                                        && c.reason().equals("SchedulingGated"));
        if (gated) {
            word = "SchedulingGated";
        }
        Optional<String> init = initializing(pod);
        if (init.isPresent()) {
            word = init.get();
        } else {
            word = running(pod, word);
        }
        if (pod.metadata().hasDeletionTimestamp()) {
            return pod.status().reason().equals("NodeLost") ? "Unknown" : "Terminating";
        }
        return word;
    }

    private static Optional<String> initializing(Pod pod) {
        List<ContainerStatus> all = pod.status().initContainerStatuses();
        for (int i = 0; i < all.size(); i++) {
            ContainerStatus status = all.get(i);
            ContainerState state = status.state();
            boolean done = state.hasTerminated() && state.terminated().exitCode() == 0;
            if (done || (status.started() && state.hasRunning() && isSidecar(pod, status.name()))) {
                continue;
            }
            if (state.hasTerminated()) {
                return Optional.of("Init:" + ended(state));
            }
            String waiting = state.waiting().reason();
            return Optional.of(
                    !waiting.isEmpty() && !waiting.equals("PodInitializing")
                            ? "Init:" + waiting
                            : "Init:" + i + "/" + pod.spec().initContainers().size());
        }
        return Optional.empty();
    }

    private static boolean isSidecar(Pod pod, String name) {
        return pod.spec().initContainers().stream()
                .anyMatch(c -> c.name().equals(name) && c.restartPolicy().equals("Always"));
    }

    private static String running(Pod pod, String word) {
        String result = word;
        boolean anyRunning = false;
        for (ContainerStatus status : pod.status().containerStatuses().reversed()) {
            ContainerState state = status.state();
            if (!state.waiting().reason().isEmpty()) {
                result = state.waiting().reason();
            } else if (state.hasTerminated()) {
                result = ended(state);
            } else if (status.ready() && state.hasRunning()) {
                anyRunning = true;
            }
        }
        if (result.equals("Completed") && anyRunning) {
            return "Running";
        }
        return result;
    }

    private static String ended(ContainerState state) {
        if (!state.terminated().reason().isEmpty()) {
            return state.terminated().reason();
        }
        return state.terminated().signal() != 0
                ? "Signal:" + state.terminated().signal()
                : "ExitCode:" + state.terminated().exitCode();
    }
}
