package dev.quilla.kubelet.pods;

import dev.quilla.kubelet.runtime.RuntimeContainer;
import dev.quilla.model.core.v1.Container;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be done next for a pod.
 *
 * @param start containers to be started now, in this order
 * @param stop containers to be ended, as the pod is over without them
 * @param waiting why containers wait, by name
 * @param outcome that of the whole pod, once it is known
 * @param why the pod has to end, where that is not its containers' doing
 * @param lookAgain when time alone changes the plan
 */
record SyncPlan(
        List<Start> start,
        List<RuntimeContainer> stop,
        Map<String, ContainerReport.Waiting> waiting,
        Outcome outcome,
        Optional<ContainerReport.Waiting> why,
        Optional<Duration> lookAgain) {

    /** How a pod stands as a whole. */
    enum Outcome {
        GOES_ON,
        SUCCEEDED,
        FAILED
    }

    /**
     * A container to be started.
     *
     * @param attempt how often it was started before
     * @param previous the attempt before, if it is still there
     */
    record Start(Container container, int attempt, Optional<RuntimeContainer> previous) {}

    SyncPlan {
        start = List.copyOf(start);
        stop = List.copyOf(stop);
        waiting = Map.copyOf(waiting);
    }

    /** What is left to do for a pod that is over. */
    static SyncPlan over(PodState actual, Outcome outcome, Optional<ContainerReport.Waiting> why) {
        return new SyncPlan(List.of(), actual.running(), Map.of(), outcome, why, Optional.empty());
    }

    boolean isOver() {
        return outcome != Outcome.GOES_ON;
    }
}
