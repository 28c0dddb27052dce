package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.policy.v1.PodDisruptionBudget;
import dev.quilla.model.selector.Selector;
import dev.quilla.store.View;

/** Whether a pod may be evicted now. */
final class DisruptionBudgets {

    private DisruptionBudgets() {}

    /** Refuses with 429 while a budget that covers the pod allows no disruption. */
    static void check(ObjectStore objects, ObjectKey key) {
        View view = objects.newest();
        Pod pod = new Pod(objects.get(view, type(Resources.PODS.gvr()), key).object());
        if (!pod.status().phase().equals("Running")) {
            return;
        }
        ApiResource budgets = type(Resources.POD_DISRUPTION_BUDGETS.gvr());
        for (Struct struct : objects.list(view, budgets, key.namespace())) {
            PodDisruptionBudget budget = new PodDisruptionBudget(struct);
            if (Selector.of(budget.spec().selector()).matches(pod.metadata().labels())
                    && budget.status().disruptionsAllowed() <= 0) {
                throw ApiErrors.tooManyRequests(
                        "Cannot evict pod as it would violate the pod's disruption budget.", 10);
            }
        }
    }

    private static ApiResource type(dev.quilla.model.GroupVersionResource gvr) {
        return Schema.builtin().find(gvr).orElseThrow();
    }
}
