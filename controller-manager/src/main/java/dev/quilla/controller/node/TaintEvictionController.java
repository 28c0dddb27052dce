package dev.quilla.controller.node;

import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.EventType;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.client.PatchType;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Pods;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Taint;
import dev.quilla.model.core.v1.Toleration;
import dev.quilla.model.health.Disruption;
import dev.quilla.model.meta.v1.DeleteOptions;
import dev.quilla.model.selector.Tolerations;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Removes pods from nodes whose taints they don't tolerate, or no longer. */
public final class TaintEvictionController implements Controller {

    private final ApiClient client;
    private final Informer<Node> nodes;
    private final Informer<Pod> pods;
    private final EventRecorder events;
    private final InstantSource clock;

    /** Since when taints that say nothing of it are known: those that people set. */
    private final Map<ObjectKey, Map<Taint, Instant>> known = new ConcurrentHashMap<>();

    /** Works through a client and shared informers. */
    public TaintEvictionController(
            ApiClient client, Informers informers, EventRecorder events, InstantSource clock) {
        this.client = client;
        this.nodes = informers.of(Resources.NODES);
        this.pods = informers.of(Resources.PODS);
        this.pods.addIndex(Pods.BY_NODE);
        this.events = events;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "tainteviction";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(
                Trigger.onItself(nodes), Trigger.on(pods, p -> Pods.node(p).stream().toList()));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        List<Taint> taints =
                nodes.get(key).map(n -> n.spec().taints()).orElse(List.of()).stream()
                        .filter(t -> t.effect().equals(NodeTaints.NO_EXECUTE))
                        .toList();
        if (taints.isEmpty()) {
            known.remove(key);
            return Outcome.DONE;
        }
        Instant now = clock.instant();
        Map<Taint, Instant> since = known.computeIfAbsent(key, k -> new ConcurrentHashMap<>());
        since.keySet().retainAll(taints);
        taints.forEach(t -> since.putIfAbsent(t, t.timeAdded().orElse(now)));
        Optional<Instant> next =
                pods
                        .byIndex(Pods.BY_NODE, key.name())
                        .filter(p -> !p.metadata().hasDeletionTimestamp())
                        .toList()
                        .stream()
                        .flatMap(p -> evictOrWait(p, since, now).stream())
                        .min(Instant::compareTo);
        return next.<Outcome>map(n -> new Outcome.After(Duration.between(now, n)))
                .orElse(Outcome.DONE);
    }

    /** Evicts a pod whose time has come; answers when that will be, if it is still to come. */
    private Optional<Instant> evictOrWait(Pod pod, Map<Taint, Instant> since, Instant now) {
        Instant end = Instant.MAX;
        for (var taint : since.entrySet()) {
            Instant its = tolerates(pod, taint.getKey(), taint.getValue());
            end = its.isBefore(end) ? its : end;
        }
        if (end.equals(Instant.MAX)) {
            return Optional.empty();
        }
        if (end.isAfter(now)) {
            return Optional.of(end);
        }
        evict(pod);
        return Optional.empty();
    }

    /** Until when a pod tolerates a taint: the shortest of the tolerations that fit counts. */
    private static Instant tolerates(Pod pod, Taint taint, Instant since) {
        List<Toleration> fitting =
                pod.spec().tolerations().stream().filter(t -> Tolerations.fits(t, taint)).toList();
        if (fitting.isEmpty()) {
            return Instant.MIN;
        }
        return fitting.stream()
                .filter(Toleration::hasTolerationSeconds)
                .map(t -> since.plusSeconds(Math.max(0, t.tolerationSeconds())))
                .min(Instant::compareTo)
                .orElse(Instant.MAX);
    }

    private void evict(Pod pod) {
        events.record(
                pod,
                EventType.NORMAL,
                "TaintManagerEviction",
                "Marking for deletion Pod " + pod.key());
        try {
            client.resource(Resources.PODS)
                    .patchStatus(
                            pod.key(),
                            PatchType.STRATEGIC,
                            Disruption.TAINT.patch(pod, clock.instant(), ""));
            client.resource(Resources.PODS)
                    .delete(
                            pod.key(),
                            DeleteOptions.builder().preconditions(p -> p.uid(pod.uid())).build());
        } catch (ApiException e) {
            if (!e.isNotFound() && !e.isConflict()) {
                throw e;
            }
        }
    }
}
