package dev.quilla.scheduler;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Change;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.EventType;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.client.TransportException;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Binding;
import dev.quilla.model.core.v1.Namespace;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodCondition;
import dev.quilla.plugin.ClusterEvent;
import dev.quilla.plugin.PodView;
import dev.quilla.plugin.SchedulingPolicy;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop around the scheduling cycle: one thread decides about one pod after the other; binding
 * and telling go on beside it.
 */
public final class SchedulerService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SchedulerService.class);
    private static final Duration SYNC = Duration.ofSeconds(60);

    private final ApiClient client;
    private final Informers informers;
    private final Informer<Pod> pods;
    private final EventRecorder events;
    private final InstantSource clock;
    private final SchedulingQueue queue;
    private final ClusterCache cache = new ClusterCache();
    private final SchedulingCycle cycle;
    private final Profile profile;
    private final ExecutorService binders =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("bind-", 0).factory());
    private Thread thread = Thread.ofVirtual().unstarted(() -> {});

    /**
     * Schedules through a client.
     *
     * @param policies of the default profile
     * @param random chooses among nodes that are as good as each other
     */
    public SchedulerService(
            ApiClient client,
            List<SchedulingPolicy> policies,
            InstantSource clock,
            RandomGenerator random) {
        this.client = client;
        this.informers = new Informers(client);
        this.pods = informers.of(Resources.PODS);
        this.events = new EventRecorder(client, "default-scheduler", "", clock);
        this.clock = clock;
        this.queue = new SchedulingQueue(clock);
        this.cycle = new SchedulingCycle(random);
        this.profile =
                new Profile(
                        Profile.DEFAULT,
                        policies.stream().map(p -> new Profile.Weighted(p, 1)).toList());
    }

    /** Starts: first the informers fill, then pods are placed. */
    public void start() {
        informers.of(Resources.NODES).onChange(this::nodeChanged);
        informers.of(Resources.NAMESPACES).onChange(this::namespaceChanged);
        pods.onChange(this::podChanged);
        informers.start();
        thread = Thread.ofVirtual().name("scheduler").start(this::run);
    }

    private void run() {
        try {
            if (!informers.awaitSynced(SYNC)) {
                LOG.warn("the scheduler's caches are not filled after {}", SYNC);
            }
            for (var entry = queue.take(); entry.isPresent(); entry = queue.take()) {
                try {
                    schedule(entry.get());
                } catch (RuntimeException e) {
                    LOG.error("scheduling {} failed", entry.get().pod().key(), e);
                    queue.triedInVain(entry.get(), Set.of(), queue.eventsSeen());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void schedule(SchedulingQueue.Entry entry) {
        PodInfo pod = entry.pod();
        if (cache.isPlaced(pod.key()) || pods.get(pod.key()).isEmpty()) {
            return;
        }
        long seen = queue.eventsSeen();
        switch (cycle.schedule(cache.snapshot(), pod, profile)) {
            case Decision.Bind(String node) -> {
                cache.place(pod, node);
                binders.execute(() -> bind(entry, node));
            }
            case Decision.Preempt(
                            String node,
                            List<PodView> victims,
                            Decision.Unschedulable why) -> {
                queue.triedInVain(entry, why.rejectedBy(), seen);
                binders.execute(() -> preempt(pod, node, victims, why));
            }
            case Decision.Unschedulable why -> {
                queue.triedInVain(entry, why.rejectedBy(), seen);
                binders.execute(() -> tell(pod, why, ""));
            }
        }
    }

    private void bind(SchedulingQueue.Entry entry, String node) {
        PodInfo pod = entry.pod();
        Binding binding =
                Binding.builder()
                        .metadata(m ->
                                m.namespace(pod.key().namespace())
                                        .name(pod.key().name())
                                        .uid(pod.uid()))
                        .target(t -> t.apiVersion("v1").kind("Node").name(node))
                        .build();
        try {
            client.resource(Resources.PODS).bind(binding);
            events.record(
                    pod.pod(),
                    EventType.NORMAL,
                    "Scheduled",
                    "Successfully assigned " + pod.key() + " to " + node);
        } catch (ApiException | TransportException e) {
            LOG.info("binding {} to {}: {}", pod.key(), node, e.getMessage());
            cache.forget(pod);
            queue.triedInVain(entry, Set.of(), queue.eventsSeen());
        }
    }

    private void preempt(
            PodInfo pod, String node, List<PodView> victims, Decision.Unschedulable why) {
        tell(pod, why, node);
        for (PodView victim : victims) {
            events.record(
                    victim.pod(),
                    EventType.NORMAL,
                    "Preempted",
                    "Preempted by pod " + pod.uid() + " on node " + node);
            try {
                client.resource(Resources.PODS).delete(victim.pod().key());
            } catch (ApiException | TransportException e) {
                LOG.info("preempting {}: {}", victim.pod().key(), e.getMessage());
            }
        }
    }

    /** Says in a condition and in an event why a pod waits. */
    private void tell(PodInfo pod, Decision.Unschedulable why, String nominatedNode) {
        String message = why.message();
        events.record(pod.pod(), EventType.WARNING, "FailedScheduling", message);
        Optional<Pod> current = pods.get(pod.key());
        if (current.isEmpty() || !current.get().uid().equals(pod.uid())) {
            return;
        }
        PodCondition condition =
                PodCondition.builder()
                        .type("PodScheduled")
                        .status("False")
                        .reason("Unschedulable")
                        .message(message)
                        .lastTransitionTime(clock.instant().truncatedTo(ChronoUnit.SECONDS))
                        .build();
        List<PodCondition> conditions = new ArrayList<>(current.get().status().conditions());
        boolean same =
                conditions.stream()
                        .anyMatch(c ->
                                c.type().equals("PodScheduled") && c.message().equals(message));
        if (same && nominatedNode.isEmpty()) {
            return;
        }
        conditions.removeIf(c -> c.type().equals("PodScheduled"));
        conditions.add(condition);
        try {
            client.resource(Resources.PODS)
                    .updateStatus(
                            current.get().toBuilder()
                                    .status(s -> {
                                        s.conditions(conditions);
                                        return nominatedNode.isEmpty()
                                                ? s
                                                : s.nominatedNodeName(nominatedNode);
                                    })
                                    .build());
        } catch (ApiException | TransportException e) {
            LOG.debug("status of {}: {}", pod.key(), e.getMessage());
        }
    }

    private void podChanged(Change<? extends Pod> change) {
        switch (change) {
            case Change.Added<? extends Pod>(Pod pod) -> podSeen(pod, true);
            case Change.Updated<? extends Pod>(Pod before, Pod now) ->
                    podSeen(now, !before.spec().equals(now.spec()));
            case Change.Deleted<? extends Pod>(Pod last) -> podGone(last.key());
        }
    }

    private void podSeen(Pod pod, boolean specChanged) {
        if (ClusterCache.holdsNode(pod)) {
            queue.remove(pod.key());
            cache.place(PodInfo.of(pod), pod.spec().nodeName());
            happened(ClusterEvent.POD_CHANGED);
        } else if (!pod.spec().nodeName().isEmpty()) {
            podGone(pod.key());
        } else if (isOurs(pod)) {
            if (specChanged) {
                queue.add(PodInfo.of(pod));
            } else {
                queue.refresh(PodInfo.of(pod));
            }
        }
    }

    private boolean isOurs(Pod pod) {
        String scheduler = pod.spec().schedulerName();
        return (scheduler.isEmpty() || scheduler.equals(profile.name()))
                && !pod.metadata().hasDeletionTimestamp()
                && pod.spec().schedulingGates().isEmpty();
    }

    private void podGone(ObjectKey key) {
        queue.remove(key);
        cache.podGone(key);
        happened(ClusterEvent.POD_GONE);
    }

    private void nodeChanged(Change<? extends Node> change) {
        switch (change) {
            case Change.Added<? extends Node>(Node node) -> {
                cache.nodeChanged(node);
                happened(ClusterEvent.NODE_ADDED);
            }
            case Change.Updated<? extends Node>(Node before, Node now) -> {
                cache.nodeChanged(now);
                boolean matters =
                        !before.spec().equals(now.spec())
                                || !before.metadata().labels().equals(now.metadata().labels())
                                || !before.status()
                                        .allocatable()
                                        .equals(now.status().allocatable());
                if (matters) {
                    happened(ClusterEvent.NODE_CHANGED);
                }
            }
            case Change.Deleted<? extends Node>(Node last) -> cache.nodeGone(last.name());
        }
    }

    private void namespaceChanged(Change<? extends Namespace> change) {
        switch (change) {
            case Change.Added<? extends Namespace>(Namespace n) ->
                    cache.namespaceChanged(n.name(), n.metadata().labels());
            case Change.Updated<? extends Namespace>(Namespace before, Namespace n) ->
                    cache.namespaceChanged(before.name(), n.metadata().labels());
            case Change.Deleted<? extends Namespace>(Namespace n) -> cache.namespaceGone(n.name());
        }
    }

    private void happened(ClusterEvent event) {
        queue.happened(
                event,
                (policy, pod) ->
                        profile.policies().stream()
                                .map(Profile.Weighted::policy)
                                .filter(p -> p.name().equals(policy))
                                .anyMatch(p -> p.mayHelp(event, pod)));
    }

    @Override
    public void close() {
        queue.close();
        thread.interrupt();
        binders.shutdownNow();
        events.close();
        informers.close();
    }
}
