package dev.quilla.scheduler;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Change;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.client.PatchType;
import dev.quilla.client.TransportException;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Binding;
import dev.quilla.model.core.v1.Namespace;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.health.Disruption;
import dev.quilla.model.policy.v1.PodDisruptionBudget;
import dev.quilla.model.quilla.v1.SchedulerProfile;
import dev.quilla.plugin.ClusterEvent;
import dev.quilla.plugin.PodView;
import dev.quilla.plugin.SchedulingPolicy;
import dev.quilla.plugin.host.PluginHost;
import dev.quilla.plugin.host.PluginHostConfig;
import dev.quilla.plugin.host.Provided;
import java.time.Duration;
import java.time.InstantSource;
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
    private static final Duration PLUGINS_READY = Duration.ofSeconds(10);

    private final ApiClient client;
    private final InstantSource clock;
    private final Informers informers;
    private final Informer<Pod> pods;
    private final Informer<SchedulerProfile> profileObjects;
    private final PluginHost plugins;
    private final PodReports reports;
    private final SchedulingQueue queue;
    private final ClusterCache cache = new ClusterCache();
    private final CycleRunner runner;
    private volatile Profiles profiles = Profiles.of(List.of(), List.of());
    private final ExecutorService binders =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("bind-", 0).factory());
    private Thread thread = Thread.ofVirtual().unstarted(() -> {});

    /**
     * Schedules through a client.
     *
     * @param pluginHost where policies come from, the built-in ones among them
     * @param random chooses among nodes that are as good as each other
     */
    public SchedulerService(
            ApiClient client,
            PluginHostConfig pluginHost,
            InstantSource clock,
            RandomGenerator random) {
        this.client = client;
        this.clock = clock;
        this.informers = new Informers(client);
        this.pods = informers.of(Resources.PODS);
        this.profileObjects = informers.of(Resources.SCHEDULER_PROFILES);
        this.plugins = new PluginHost(pluginHost, client, informers);
        this.reports = new PodReports(client, pods::get, clock);
        this.queue = new SchedulingQueue(clock);
        this.runner = new CycleRunner(random);
    }

    /**
     * Starts: first policies are loaded and the informers fill, then pods are placed.
     *
     * @throws IllegalStateException if the built-in policies can't be loaded
     */
    public void start() {
        plugins.onChange(extensions -> policiesChanged());
        plugins.start();
        profileObjects.onChange(change -> policiesChanged());
        informers.of(Resources.NODES).onChange(this::nodeChanged);
        informers.of(Resources.NAMESPACES).onChange(this::namespaceChanged);
        informers.of(Resources.POD_DISRUPTION_BUDGETS).onChange(this::budgetChanged);
        pods.onChange(this::podChanged);
        informers.start();
        thread = Thread.ofVirtual().name("scheduler").start(this::run);
    }

    private void run() {
        try {
            while (!informers.awaitSynced(SYNC)) {
                LOG.warn("the scheduler's caches are not filled after {}: it waits on", SYNC);
            }
            if (!plugins.awaitReady(PLUGINS_READY)) {
                LOG.warn("plugins are not loaded after {}: going on without", PLUGINS_READY);
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

    private void schedule(SchedulingQueue.Entry entry) throws InterruptedException {
        PodInfo pod = entry.pod();
        if (cache.isPlaced(pod.key()) || pods.get(pod.key()).isEmpty()) {
            return;
        }
        Optional<Profile> profile = profiles.find(pod.pod().spec().schedulerName());
        if (profile.isEmpty()) {
            return;
        }
        long seen = queue.eventsSeen();
        CycleRunner.Outcome outcome = runner.run(cache.snapshot(), pod, profile.get());
        outcome.failures().forEach(f -> report(pod, f));
        switch (outcome.decision()) {
            case Decision.Bind(String node) -> {
                cache.place(pod, node);
                binders.execute(() -> bind(entry, node));
            }
            case Decision.Preempt(
                            String node,
                            List<PodView> victims,
                            Decision.Unschedulable why) -> {
                cache.nominate(pod, node);
                queue.triedInVain(entry, why.rejectedBy(), seen);
                binders.execute(() -> preempt(pod, node, victims, why));
            }
            case Decision.Unschedulable why -> {
                queue.triedInVain(entry, why.rejectedBy(), seen);
                binders.execute(() -> reports.waits(pod, why, ""));
            }
            case Decision.Failed why -> {
                queue.triedInVain(entry, Set.of(), seen);
                binders.execute(() -> reports.failed(pod, why));
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
            reports.scheduled(pod, node);
        } catch (ApiException | TransportException e) {
            LOG.info("binding {} to {}: {}", pod.key(), node, e.getMessage());
            cache.forget(pod);
            queue.triedInVain(entry, Set.of(), queue.eventsSeen());
        }
    }

    private void preempt(
            PodInfo pod, String node, List<PodView> victims, Decision.Unschedulable why) {
        reports.waits(pod, why, node);
        for (PodView victim : victims) {
            reports.preempted(victim.pod(), pod, node);
            try {
                client.resource(Resources.PODS)
                        .patchStatus(
                                victim.pod().key(),
                                PatchType.STRATEGIC,
                                Disruption.PREEMPTION.patch(victim.pod(), clock.instant(), ""));
                client.resource(Resources.PODS).delete(victim.pod().key());
            } catch (ApiException | TransportException e) {
                LOG.info("preempting {}: {}", victim.pod().key(), e.getMessage());
            }
        }
    }

    private void report(PodInfo pod, PolicyFailure failure) {
        Profile.Weighted policy = failure.policy();
        if (policy.trust() == Profile.Trust.BUILT_IN) {
            LOG.error("scheduling {} failed", pod.key(), failure);
            return;
        }
        plugins.faulted(policy.plugin(), String.valueOf(failure.getMessage()), failure.usable());
        if (policy.trust() == Profile.Trust.JOINED) {
            reports.decidedWithout(pod, failure);
        }
    }

    /** Policies or profiles changed: pods may have become ours, and all that wait are retried. */
    private synchronized void policiesChanged() {
        List<Provided<SchedulingPolicy>> policies = plugins.extensions().schedulingPolicies();
        runner.keepOnly(policies.stream().<Object>map(Provided::extension).toList());
        profiles = Profiles.of(policies, profileObjects.all().toList());
        pods.all().filter(this::isOurs).map(PodInfo::of).forEach(queue::add);
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
        } else if (!pod.spec().nodeName().isEmpty() || pod.metadata().hasDeletionTimestamp()) {
            podGone(pod.key());
        } else if (isOurs(pod)) {
            if (!pod.status().nominatedNodeName().isEmpty()) {
                cache.nominate(PodInfo.of(pod), pod.status().nominatedNodeName());
            }
            if (specChanged) {
                queue.add(PodInfo.of(pod));
            } else {
                queue.refresh(PodInfo.of(pod));
            }
        }
    }

    private boolean isOurs(Pod pod) {
        return pod.spec().nodeName().isEmpty()
                && profiles.find(pod.spec().schedulerName()).isPresent()
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

    private void budgetChanged(Change<? extends PodDisruptionBudget> change) {
        switch (change) {
            case Change.Added<? extends PodDisruptionBudget>(PodDisruptionBudget b) ->
                    cache.budgetChanged(b);
            case Change.Updated<? extends PodDisruptionBudget>(
                            PodDisruptionBudget before,
                            PodDisruptionBudget now) ->
                    cache.budgetChanged(now);
            case Change.Deleted<? extends PodDisruptionBudget>(PodDisruptionBudget last) ->
                    cache.budgetGone(last.key());
        }
    }

    private void happened(ClusterEvent event) {
        queue.happened(
                event,
                (policy, pod) ->
                        profiles.policy(policy)
                                .map(p -> runner.mayHelp(p, event, pod))
                                .orElse(true));
    }

    @Override
    public void close() {
        queue.close();
        thread.interrupt();
        runner.close();
        binders.shutdownNow();
        reports.close();
        plugins.close();
        informers.close();
    }
}
