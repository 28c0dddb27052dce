package dev.quilla.controller.workload;

import dev.quilla.client.Informer;
import dev.quilla.model.ApiObject;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.core.v1.Pod;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What controllers did to pods and their informer has not shown yet. Until it has, a count of pods
 * is wrong: too many would be made, or others would be removed instead of those that go already.
 * Thread-safe.
 */
final class Expectations {

    private final Informer<Pod> pods;
    private final Map<ObjectKey, Long> written = new HashMap<>();
    private final Map<ObjectKey, Long> reported = new HashMap<>();
    private final Map<ObjectKey, Set<String>> deleted = new HashMap<>();

    Expectations(Informer<Pod> pods) {
        this.pods = pods;
    }

    /** A pod was made, or changed so that its owner must not see it as it was. */
    synchronized void wrote(ObjectKey owner, Pod pod) {
        written.merge(owner, Long.parseLong(pod.resourceVersion()), Math::max);
    }

    synchronized void deleted(ObjectKey owner, Pod pod) {
        deleted.computeIfAbsent(owner, k -> new HashSet<>()).add(pod.uid());
    }

    /** Whether all pods written for an owner are known. */
    synchronized boolean met(ObjectKey owner) {
        Long version = written.get(owner);
        String reached = pods.resourceVersion();
        if (version == null) {
            return true;
        }
        if (reached.isEmpty() || Long.parseLong(reached) < version) {
            return false;
        }
        written.remove(owner);
        return true;
    }

    /** Those of an owner's pods, as the informer shows them, that have not been deleted by it. */
    synchronized List<Pod> without(ObjectKey owner, List<Pod> active) {
        Set<String> going = deleted.getOrDefault(owner, Set.of());
        if (going.isEmpty()) {
            return active;
        }
        Set<String> shown = new HashSet<>();
        active.forEach(p -> shown.add(p.uid()));
        going.retainAll(shown);
        return active.stream().filter(p -> !going.contains(p.uid())).toList();
    }

    /** Whether an owner's pods are known as it left them: those it made, and those it deleted. */
    synchronized boolean met(ObjectKey owner, List<Pod> active) {
        return met(owner) && without(owner, active).size() == active.size();
    }

    /** An owner's status was written. */
    synchronized void reported(ApiObject owner) {
        reported.merge(owner.key(), Long.parseLong(owner.resourceVersion()), Math::max);
    }

    /** Whether an owner, as its informer shows it, has the status that was written last. */
    synchronized boolean showsReported(ApiObject owner) {
        Long version = reported.get(owner.key());
        return version == null || Long.parseLong(owner.resourceVersion()) >= version;
    }

    synchronized void forget(ObjectKey owner) {
        reported.remove(owner);
        written.remove(owner);
        deleted.remove(owner);
    }
}
