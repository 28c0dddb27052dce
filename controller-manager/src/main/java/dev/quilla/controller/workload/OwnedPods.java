package dev.quilla.controller.workload;

import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Owners;
import dev.quilla.controller.Pods;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ApiObject;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.ResourceType;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodTemplateSpec;
import dev.quilla.model.meta.v1.LabelSelector;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The owners of one kind and their pods: what all controllers have in common that make pods. Knows
 * what its controller has done that its caches don't show yet. Thread-safe.
 */
final class OwnedPods<T extends ApiObject> {

    /** When to look again at an owner whose pods are not yet shown as they are. */
    static final Controller.Outcome LATER = new Controller.Outcome.After(Duration.ofMillis(20));

    private final ApiClient client;
    private final ResourceType<T> type;
    private final Informer<T> owners;
    private final Informer<Pod> pods;
    private final Expectations expectations;
    private final PodFactory factory;

    OwnedPods(ApiClient client, Informers informers, EventRecorder events, ResourceType<T> type) {
        this.client = client;
        this.type = type;
        this.owners = informers.of(type);
        this.pods = informers.of(Resources.PODS);
        this.expectations = new Expectations(pods);
        this.factory = new PodFactory(client, events, expectations);
    }

    /** Changes of owners, and of pods that they own. */
    List<Trigger> triggers() {
        return List.of(
                Trigger.onItself(owners), Trigger.on(pods, p -> Owners.keys(p, type.gvk().kind())));
    }

    Informer<T> owners() {
        return owners;
    }

    /** An owner; what is known of one that is gone is forgotten. */
    Optional<T> owner(ObjectKey key) {
        Optional<T> found = owners.get(key);
        if (found.isEmpty()) {
            expectations.forget(key);
        }
        return found;
    }

    /** The pods of an owner that keeps those its selector chooses: adopts and releases. */
    List<Pod> claimed(T owner, LabelSelector selector, Predicate<Pod> candidates) {
        return Claims.by(client, type, owner, Resources.PODS, selector)
                .of(pods.inNamespace(owner.namespace()).filter(candidates));
    }

    /** The pods of an owner that keeps those it made. */
    Stream<Pod> made(T owner) {
        return pods.inNamespace(owner.namespace()).filter(p -> Owners.isOwnedBy(p, owner));
    }

    /** Whether the caches show all pods that were made for an owner. */
    boolean showsCreated(ObjectKey owner) {
        return expectations.met(owner);
    }

    /** Those of an owner's active pods that were not deleted for it. */
    List<Pod> withoutDeleted(ObjectKey owner, List<Pod> active) {
        return expectations.without(owner, active);
    }

    /** Whether an owner's pods are as its controller left them. */
    boolean areShown(ObjectKey owner, List<Pod> owned) {
        return expectations.met(owner, owned.stream().filter(Pods::isActive).toList());
    }

    /** Makes a pod of a template with something changed. */
    void create(T owner, PodTemplateSpec template, UnaryOperator<Pod> change) {
        factory.create(owner, Owners.reference(type, owner), template, change);
    }

    /** Removes a pod, unless another one has its name by now. */
    void delete(T owner, Pod pod) {
        factory.delete(owner, pod);
    }

    /** A pod was changed so that its owner must not be looked at before the caches show it. */
    void wrote(T owner, Pod pod) {
        expectations.wrote(owner.key(), pod);
    }

    /** Writes an owner's status; answers the owner as it is then. */
    T updateStatus(T owner) {
        T written = client.resource(type).updateStatus(owner);
        expectations.reported(written);
        return written;
    }

    /** Whether an owner, as the caches show it, has the status that was written last. */
    boolean showsReported(T owner) {
        return expectations.showsReported(owner);
    }
}
