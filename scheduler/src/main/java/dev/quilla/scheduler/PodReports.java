package dev.quilla.scheduler;

import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.EventType;
import dev.quilla.client.TransportException;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodCondition;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells people what the scheduler decided: in events, and in a pod's condition why it waits. */
final class PodReports implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PodReports.class);
    private static final String CONDITION = "PodScheduled";

    private final ApiClient client;
    private final EventRecorder events;
    private final Function<ObjectKey, Optional<Pod>> pods;
    private final InstantSource clock;

    /**
     * Reports through a client.
     *
     * @param pods the pods as they are now
     */
    PodReports(ApiClient client, Function<ObjectKey, Optional<Pod>> pods, InstantSource clock) {
        this.client = client;
        this.events = new EventRecorder(client, "default-scheduler", "", clock);
        this.pods = pods;
        this.clock = clock;
    }

    void scheduled(PodInfo pod, String node) {
        events.record(
                pod.pod(),
                EventType.NORMAL,
                "Scheduled",
                "Successfully assigned " + pod.key() + " to " + node);
    }

    void preempted(Pod victim, PodInfo by, String node) {
        events.record(
                victim,
                EventType.NORMAL,
                "Preempted",
                "Preempted by pod " + by.uid() + " on node " + node);
    }

    /** A policy that joined unasked failed, and the pod was decided about without it. */
    void decidedWithout(PodInfo pod, PolicyFailure failure) {
        events.record(
                pod.pod(),
                EventType.WARNING,
                "PolicyFailed",
                failure.getMessage() + "; scheduling went on without it");
    }

    /** The pod waits because no node can take it. */
    void waits(PodInfo pod, Decision.Unschedulable why, String nominatedNode) {
        tell(pod, "Unschedulable", why.message(), nominatedNode);
    }

    /** The pod waits because a policy failed. */
    void failed(PodInfo pod, Decision.Failed why) {
        tell(pod, "SchedulerError", why.message(), "");
    }

    private void tell(PodInfo pod, String reason, String message, String nominatedNode) {
        events.record(pod.pod(), EventType.WARNING, "FailedScheduling", message);
        Optional<Pod> current = pods.apply(pod.key()).filter(p -> p.uid().equals(pod.uid()));
        if (current.isEmpty()) {
            return;
        }
        List<PodCondition> conditions = new ArrayList<>(current.get().status().conditions());
        boolean same =
                conditions.stream()
                        .anyMatch(c -> c.type().equals(CONDITION) && c.message().equals(message));
        if (same && nominatedNode.isEmpty()) {
            return;
        }
        conditions.removeIf(c -> c.type().equals(CONDITION));
        conditions.add(condition(reason, message));
        write(current.get(), conditions, nominatedNode);
    }

    private PodCondition condition(String reason, String message) {
        return PodCondition.builder()
                .type(CONDITION)
                .status("False")
                .reason(reason)
                .message(message)
                .lastTransitionTime(clock.instant().truncatedTo(ChronoUnit.SECONDS))
                .build();
    }

    private void write(Pod pod, List<PodCondition> conditions, String nominatedNode) {
        Pod.Builder changed = pod.toBuilder();
        changed.status(s -> {
            s.conditions(conditions);
            return nominatedNode.isEmpty() ? s : s.nominatedNodeName(nominatedNode);
        });
        try {
            client.resource(Resources.PODS).updateStatus(changed.build());
        } catch (ApiException | TransportException e) {
            LOG.debug("status of {}: {}", pod.key(), e.getMessage());
        }
    }

    @Override
    public void close() {
        events.close();
    }
}
