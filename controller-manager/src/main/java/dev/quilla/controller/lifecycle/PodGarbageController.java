package dev.quilla.controller.lifecycle;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.meta.v1.DeleteOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Removes pods whose node is gone: no kubelet is left to end them. */
public final class PodGarbageController implements Controller {

    private static final Duration QUARANTINE = Duration.ofSeconds(40);

    private final ApiClient client;
    private final Informer<Pod> pods;
    private final Informer<Node> nodes;

    /** Works through a client and shared informers. */
    public PodGarbageController(ApiClient client, Informers informers) {
        this.client = client;
        this.pods = informers.of(Resources.PODS);
        this.nodes = informers.of(Resources.NODES);
    }

    @Override
    public String name() {
        return "podgc";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(
                Trigger.on(
                        nodes,
                        n ->
                                pods.all()
                                        .filter(p -> p.spec().nodeName().equals(n.name()))
                                        .map(Pod::key)
                                        .toList()));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<Pod> pod = pods.get(key);
        if (pod.isEmpty() || pod.get().spec().nodeName().isEmpty()) {
            return Outcome.DONE;
        }
        ObjectKey node = ObjectKey.cluster(pod.get().spec().nodeName());
        if (nodes.get(node).isPresent()) {
            return Outcome.DONE;
        }
        if (client.resource(Resources.NODES).find(node).isPresent()) {
            return new Outcome.After(QUARANTINE);
        }
        try {
            client.resource(Resources.PODS)
                    .delete(
                            key,
                            DeleteOptions.builder()
                                    .gracePeriodSeconds(0)
                                    .preconditions(p -> p.uid(pod.get().uid()))
                                    .build());
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
        return Outcome.DONE;
    }
}
