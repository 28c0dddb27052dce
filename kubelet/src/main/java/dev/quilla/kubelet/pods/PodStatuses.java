package dev.quilla.kubelet.pods;

import dev.quilla.kubelet.runtime.ContainerState;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodCondition;
import dev.quilla.model.core.v1.PodIP;
import dev.quilla.model.core.v1.PodStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A pod's status, made of what is known of its containers. Pure. */
final class PodStatuses {

    private PodStatuses() {}

    static PodStatus of(
            Pod pod,
            List<ContainerReport> inits,
            List<ContainerReport> containers,
            String podIp,
            String hostIp,
            Instant now) {
        String phase = phase(pod, containers);
        boolean over = phase.equals("Succeeded") || phase.equals("Failed");
        boolean initialized =
                inits.stream()
                        .allMatch(
                                i -> i.state() instanceof ContainerState.Exited e && e.code() == 0);
        boolean ready = !over && containers.stream().allMatch(ContainerReport::ready);
        PodStatus.Builder b =
                pod.status().toBuilder()
                        .phase(phase)
                        .observedGeneration(pod.metadata().generation())
                        .hostIP(hostIp)
                        .startTime(
                                pod.status()
                                        .startTime()
                                        .orElse(now.truncatedTo(ChronoUnit.SECONDS)))
                        .containerStatuses(
                                containers.stream().map(ContainerReport::status).toList());
        if (!inits.isEmpty()) {
            b.initContainerStatuses(inits.stream().map(ContainerReport::status).toList());
        }
        if (!podIp.isEmpty()) {
            b.podIP(podIp).podIPs(List.of(PodIP.builder().ip(podIp).build()));
        }
        List<PodCondition> conditions = new ArrayList<>();
        pod.status().conditions().stream()
                .filter(c -> c.type().equals("PodScheduled"))
                .forEach(conditions::add);
        conditions.add(
                condition(pod, "PodReadyToStartContainers", !podIp.isEmpty() && !over, "", now));
        conditions.add(condition(pod, "Initialized", initialized, "ContainersNotInitialized", now));
        String why = over ? "PodCompleted" : "ContainersNotReady";
        conditions.add(condition(pod, "ContainersReady", ready, why, now));
        conditions.add(condition(pod, "Ready", ready && gates(pod), why, now));
        return b.conditions(conditions).build();
    }

    private static boolean gates(Pod pod) {
        return pod.spec().readinessGates().stream()
                .allMatch(g ->
                        pod.status().conditions().stream()
                                .anyMatch(c ->
                                        c.type().equals(g.conditionType())
                                                && c.status().equals("True")));
    }

    private static String phase(Pod pod, List<ContainerReport> containers) {
        boolean allOver =
                containers.stream()
                        .allMatch(c ->
                                c.state() instanceof ContainerState.Exited
                                        && c.waiting().isEmpty());
        if (allOver && !pod.spec().restartPolicy().equals("Always")) {
            boolean failed =
                    containers.stream()
                            .anyMatch(c ->
                                    c.state() instanceof ContainerState.Exited e && e.code() != 0);
            return failed ? "Failed" : "Succeeded";
        }
        boolean begun =
                containers.stream().anyMatch(c -> !(c.state() instanceof ContainerState.Absent));
        return begun ? "Running" : "Pending";
    }

    private static PodCondition condition(
            Pod pod, String type, boolean holds, String reasonIfNot, Instant now) {
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
        return (holds || reasonIfNot.isEmpty() ? b : b.reason(reasonIfNot)).build();
    }
}
