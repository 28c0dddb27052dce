package dev.quilla.kubelet.pods;

import dev.quilla.model.core.v1.ContainerStatus;
import dev.quilla.model.core.v1.HostIP;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodCondition;
import dev.quilla.model.core.v1.PodIP;
import dev.quilla.model.core.v1.PodStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The part of a pod's status that is the kubelet's, made of what is known of its containers. Pure.
 */
final class PodStatuses {

    private PodStatuses() {}

    /**
     * What a status is made of.
     *
     * @param ephemerals those that were added to look into the pod: it neither waits for them nor
     *     fails with them
     * @param podIp empty until it has one
     * @param why of a pod that failed for a reason of its own, such as its deadline; mostly empty
     * @param resize why the pod does not have the CPU and memory that it wants; mostly empty
     */
    record Facts(
            List<ContainerReport> inits,
            List<ContainerReport> containers,
            List<ContainerReport> ephemerals,
            SyncPlan.Outcome outcome,
            String podIp,
            String hostIp,
            Optional<ContainerReport.Waiting> why,
            Optional<PodResizing.Why> resize) {

        Facts {
            inits = List.copyOf(inits);
            containers = List.copyOf(containers);
            ephemerals = List.copyOf(ephemerals);
        }
    }

    /** Only what the kubelet decides: others' conditions are not in it. */
    static PodStatus of(Pod pod, Facts facts, Instant now) {
        boolean over = facts.outcome() != SyncPlan.Outcome.GOES_ON;
        boolean initialized =
                facts.inits().stream()
                        .allMatch(i ->
                                PodPlanner.isSidecar(i.container())
                                        ? i.started() || over
                                        : i.hasSucceeded());
        boolean ready =
                !over
                        && facts.containers().stream().allMatch(ContainerReport::ready)
                        && facts.inits().stream()
                                .filter(i -> PodPlanner.isSidecar(i.container()))
                                .allMatch(ContainerReport::ready);
        PodStatus.Builder b =
                PodStatus.builder()
                        .phase(phase(facts))
                        .observedGeneration(pod.metadata().generation())
                        .hostIP(facts.hostIp())
                        .hostIPs(List.of(HostIP.builder().ip(facts.hostIp()).build()))
                        .startTime(
                                pod.status()
                                        .startTime()
                                        .orElse(now.truncatedTo(ChronoUnit.SECONDS)))
                        .containerStatuses(
                                statuses(
                                        facts.containers(),
                                        over ? pod.status().containerStatuses() : List.of()));
        if (!facts.inits().isEmpty()) {
            b.initContainerStatuses(
                    statuses(
                            facts.inits(),
                            over ? pod.status().initContainerStatuses() : List.of()));
        }
        if (!facts.ephemerals().isEmpty()) {
            b.ephemeralContainerStatuses(
                    statuses(
                            facts.ephemerals(),
                            over ? pod.status().ephemeralContainerStatuses() : List.of()));
        }
        if (!facts.podIp().isEmpty()) {
            b.podIP(facts.podIp()).podIPs(List.of(PodIP.builder().ip(facts.podIp()).build()));
        }
        facts.why().ifPresent(w -> b.reason(w.reason()).message(w.message()));
        List<PodCondition> conditions = new ArrayList<>();
        conditions.add(
                condition(
                        pod,
                        "PodReadyToStartContainers",
                        !facts.podIp().isEmpty() && !over,
                        Optional.empty(),
                        now));
        conditions.add(
                condition(
                        pod,
                        "Initialized",
                        initialized,
                        unready("ContainersNotInitialized", "incomplete", facts.inits()),
                        now));
        Optional<ContainerReport.Waiting> unready =
                over
                        ? Optional.of(
                                new ContainerReport.Waiting(
                                        facts.outcome() == SyncPlan.Outcome.FAILED
                                                ? "PodFailed"
                                                : "PodCompleted",
                                        ""))
                        : unready("ContainersNotReady", "unready", facts.containers());
        conditions.add(condition(pod, "ContainersReady", ready, unready, now));
        conditions.add(
                condition(
                        pod,
                        "Ready",
                        ready && gates(pod),
                        ready ? closedGates(pod) : unready,
                        now));
        facts.resize().ifPresent(why -> conditions.add(resize(pod, why, now)));
        return b.conditions(conditions).build();
    }

    /**
     * What is known of containers.
     *
     * @param remembered what was known of those that are not here any more, where they won't come
     *     back
     */
    private static List<ContainerStatus> statuses(
            List<ContainerReport> reports, List<ContainerStatus> remembered) {
        return reports.stream()
                .map(r ->
                        remembered.stream()
                                .filter(s -> s.name().equals(r.container().name()))
                                .filter(s -> r.current().isEmpty() && s.state().hasTerminated())
                                .findFirst()
                                .orElseGet(r::status))
                .toList();
    }

    private static Optional<ContainerReport.Waiting> unready(
            String reason, String word, List<ContainerReport> of) {
        List<String> names =
                of.stream()
                        .filter(c -> !c.ready() && !c.hasSucceeded())
                        .map(c -> c.container().name())
                        .toList();
        return Optional.of(
                new ContainerReport.Waiting(
                        reason,
                        "containers with %s status: [%s]"
                                .formatted(word, String.join(" ", names))));
    }

    private static boolean gates(Pod pod) {
        return closedGates(pod).isEmpty();
    }

    private static Optional<ContainerReport.Waiting> closedGates(Pod pod) {
        List<String> closed =
                pod.spec().readinessGates().stream()
                        .flatMap(g -> closedGate(pod, g.conditionType()).stream())
                        .toList();
        return closed.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new ContainerReport.Waiting(
                                "ReadinessGatesNotReady", String.join(", ", closed)));
    }

    private static Optional<String> closedGate(Pod pod, String type) {
        Optional<PodCondition> found =
                pod.status().conditions().stream().filter(c -> c.type().equals(type)).findFirst();
        if (found.isEmpty()) {
            return Optional.of(
                    "corresponding condition of pod readiness gate \"%s\" does not exist."
                            .formatted(type));
        }
        String status = found.get().status();
        return status.equals("True")
                ? Optional.empty()
                : Optional.of(
                        "the status of pod readiness gate \"%s\" is not \"True\", but %s"
                                .formatted(type, status));
    }

    private static String phase(Facts facts) {
        return switch (facts.outcome()) {
            case SUCCEEDED -> "Succeeded";
            case FAILED -> "Failed";
            case GOES_ON ->
                    facts.containers().stream().anyMatch(ContainerReport::begun)
                            ? "Running"
                            : "Pending";
        };
    }

    private static PodCondition resize(Pod pod, PodResizing.Why why, Instant now) {
        return condition(pod, why.type(), true, Optional.empty(), now).toBuilder()
                .reason(why.reason())
                .message(why.message())
                .build();
    }

    private static PodCondition condition(
            Pod pod,
            String type,
            boolean holds,
            Optional<ContainerReport.Waiting> unless,
            Instant now) {
        String status = holds ? "True" : "False";
        Optional<PodCondition> before =
                pod.status().conditions().stream().filter(c -> c.type().equals(type)).findFirst();
        Instant since =
                before.filter(c -> c.status().equals(status))
                        .flatMap(PodCondition::lastTransitionTime)
                        .orElse(now.truncatedTo(ChronoUnit.SECONDS));
        PodCondition.Builder b =
                PodCondition.builder()
                        .type(type)
                        .status(status)
                        .observedGeneration(pod.metadata().generation())
                        .lastTransitionTime(since);
        if (!holds && unless.isPresent()) {
            b.reason(unless.get().reason());
            if (!unless.get().message().isEmpty()) {
                b.message(unless.get().message());
            }
        }
        return b.build();
    }
}
