package dev.quilla.kubelet.pods;

import dev.quilla.client.EventType;
import dev.quilla.kubelet.runtime.RunState;
import dev.quilla.kubelet.runtime.RuntimeContainer;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts together what is known of one pod and tells the masters. One thread uses it. */
final class PodReporting {

    private final PodWorker.Shared shared;
    private final PodProbes probes;
    private final PodResizing resizing;
    private final StatusWriter status;

    PodReporting(PodWorker.Shared shared, PodProbes probes, PodResizing resizing) {
        this.resizing = resizing;
        this.shared = shared;
        this.probes = probes;
        this.status = new StatusWriter(shared.client());
    }

    /** The pod runs, or is about to. */
    void goesOn(Pod current, PodState actual, Map<String, ContainerReport.Waiting> waiting) {
        report(current, actual, waiting, SyncPlan.Outcome.GOES_ON, Optional.empty());
    }

    /**
     * The pod is over.
     *
     * @param why it had to end, where that is not its containers' doing
     */
    void isOver(
            Pod current,
            PodState actual,
            SyncPlan.Outcome outcome,
            Optional<ContainerReport.Waiting> why) {
        report(current, actual, Map.of(), outcome, why);
    }

    /** Why it failed, as was said when that was known. */
    static Optional<ContainerReport.Waiting> told(Pod current) {
        return Optional.of(current.status())
                .filter(s -> !s.reason().isEmpty())
                .map(s -> new ContainerReport.Waiting(s.reason(), s.message()));
    }

    private void report(
            Pod current,
            PodState actual,
            Map<String, ContainerReport.Waiting> waiting,
            SyncPlan.Outcome outcome,
            Optional<ContainerReport.Waiting> why) {
        PodStatuses.Facts facts =
                new PodStatuses.Facts(
                        reports(current, current.spec().initContainers(), actual, waiting),
                        reports(current, current.spec().containers(), actual, waiting),
                        reports(current, EphemeralContainers.of(current), actual, waiting),
                        outcome,
                        address(current, outcome),
                        shared.node().address(),
                        why,
                        outcome == SyncPlan.Outcome.GOES_ON ? resizing.why() : Optional.empty());
        status.write(current, PodStatuses.of(current, facts, shared.clock().instant()));
    }

    /** A pod that is over keeps the address that it had in its status. */
    private String address(Pod current, SyncPlan.Outcome outcome) {
        return outcome == SyncPlan.Outcome.GOES_ON
                ? shared.sandboxes().address(current)
                : current.status().podIP();
    }

    private List<ContainerReport> reports(
            Pod current,
            List<Container> containers,
            PodState actual,
            Map<String, ContainerReport.Waiting> waiting) {
        return containers.stream().map(c -> report(current, c, actual, waiting)).toList();
    }

    private ContainerReport report(
            Pod current,
            Container container,
            PodState actual,
            Map<String, ContainerReport.Waiting> waiting) {
        String name = container.name();
        Optional<RuntimeContainer> found = actual.current(name);
        boolean running = found.filter(RuntimeContainer::running).isPresent();
        String message = found.map(c -> shared.lastWords().of(current, container, c)).orElse("");
        boolean initDone =
                current.spec().initContainers().contains(container)
                        && found.filter(c ->
                                        c.state() instanceof RunState.Exited e && e.exitCode() == 0)
                                .isPresent();
        return new ContainerReport(
                container,
                shared.runtimeName(),
                found,
                actual.previous(name),
                Optional.ofNullable(waiting.get(name)),
                (running && probes.ready(name)) || initDone,
                running && probes.started(name),
                found.filter(RuntimeContainer::running).flatMap(resizing::given),
                message);
    }

    /** Containers that rest before they are started again are told of in events. */
    void backOff(Pod current, SyncPlan plan) {
        plan.waiting()
                .forEach((name, why) -> {
                    if (why.reason().equals(ContainerReport.CRASH_LOOP)) {
                        shared.events()
                                .record(
                                        current,
                                        EventType.WARNING,
                                        "BackOff",
                                        "Back-off restarting failed container %s in pod %s_%s(%s)"
                                                .formatted(
                                                        name,
                                                        current.name(),
                                                        current.namespace(),
                                                        current.uid()));
                    }
                });
    }
}
