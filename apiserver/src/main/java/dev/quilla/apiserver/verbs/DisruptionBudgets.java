package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.Stored;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.GroupResource;
import dev.quilla.model.GroupVersionResource;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.policy.v1.PodDisruptionBudget;
import dev.quilla.model.policy.v1.PodDisruptionBudgetStatus;
import dev.quilla.model.selector.Selector;
import dev.quilla.store.View;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lets a pod be evicted when its budget allows it, and takes that off the budget at once: of many
 * who ask at the same time no more are let through than the budget says.
 */
final class DisruptionBudgets {

    private static final int ATTEMPTS_MAX = 10;
    private static final int RETRY_SECONDS = 10;
    private static final GroupResource BUDGETS =
            Resources.POD_DISRUPTION_BUDGETS.gvr().groupResource();

    /** An eviction has two minutes to show; more than these at once are not remembered. */
    private static final int DISRUPTED_MAX = 2000;

    private final ObjectStore objects;
    private final InstantSource clock;

    DisruptionBudgets(ObjectStore objects, InstantSource clock) {
        this.objects = objects;
        this.clock = clock;
    }

    /**
     * Takes a pod's eviction off its budget; nothing is taken for a pod that has none.
     *
     * @throws ApiException 429 while the budget allows no disruption
     */
    void take(ObjectKey key, ApiCall call) {
        for (int attempt = 1; ; attempt++) {
            try {
                tryTake(key, call);
                return;
            } catch (ApiException e) {
                if (!e.reason().equals("Conflict")) {
                    throw e;
                }
                if (attempt == ATTEMPTS_MAX) {
                    throw ApiErrors.tooManyRequests(
                            "the disruption budget changes too quickly", RETRY_SECONDS);
                }
            }
        }
    }

    private void tryTake(ObjectKey key, ApiCall call) {
        View view = objects.newest();
        Pod pod = new Pod(objects.get(view, type(Resources.PODS.gvr()), key).object());
        if (isOver(pod)) {
            return;
        }
        ApiResource type = type(Resources.POD_DISRUPTION_BUDGETS.gvr());
        List<PodDisruptionBudget> covering =
                objects.list(view, type, key.namespace()).stream()
                        .map(PodDisruptionBudget::new)
                        .filter(b ->
                                Selector.of(b.spec().selector()).matches(pod.metadata().labels()))
                        .toList();
        if (covering.isEmpty()) {
            return;
        }
        if (covering.size() > 1) {
            throw ApiErrors.internal(
                    "This pod has more than one PodDisruptionBudget, which the eviction"
                            + " subresource does not support.");
        }
        Stored stored = objects.get(view, type, covering.getFirst().key());
        PodDisruptionBudget budget = new PodDisruptionBudget(stored.object());
        if (isFree(budget, pod)) {
            return;
        }
        checkAllowed(budget);
        if (!call.dryRun()) {
            objects.write(type, budget.key(), call.fenceTerm())
                    .replace(stored, without(budget, pod).struct())
                    .commitOrConflict();
        }
    }

    private static boolean isOver(Pod pod) {
        String phase = pod.status().phase();
        return phase.equals("Succeeded")
                || phase.equals("Failed")
                || phase.equals("Pending")
                || pod.metadata().hasDeletionTimestamp();
    }

    /** A pod that does not serve counts for nothing, if the budget says so or has enough others. */
    private static boolean isFree(PodDisruptionBudget budget, Pod pod) {
        boolean ready =
                pod.status().conditions().stream()
                        .anyMatch(c -> c.type().equals("Ready") && c.status().equals("True"));
        boolean enough =
                budget.status().desiredHealthy() > 0
                        && budget.status().currentHealthy() >= budget.status().desiredHealthy();
        return !ready
                && (enough || budget.spec().unhealthyPodEvictionPolicy().equals("AlwaysAllow"));
    }

    private static void checkAllowed(PodDisruptionBudget budget) {
        PodDisruptionBudgetStatus status = budget.status();
        if (status.observedGeneration() < budget.metadata().generation()) {
            throw ApiErrors.disruptionBudget(
                    "The disruption budget %s is still being processed by the server."
                            .formatted(budget.name()),
                    RETRY_SECONDS);
        }
        if (status.disruptedPods().size() > DISRUPTED_MAX) {
            throw ApiErrors.forbidden(
                    BUDGETS,
                    budget.name(),
                    "DisruptedPods map too big - too many evictions not confirmed by PDB"
                            + " controller");
        }
        if (status.disruptionsAllowed() <= 0) {
            // When pods will serve again nobody knows.
            throw ApiErrors.disruptionBudget(why(budget.name(), status), 0);
        }
    }

    private static String why(String name, PodDisruptionBudgetStatus status) {
        if (status.currentHealthy() <= status.desiredHealthy()) {
            return "The disruption budget %s needs %d healthy pods and has %d currently"
                    .formatted(name, status.desiredHealthy(), status.currentHealthy());
        }
        return "The disruption budget %s does not allow evicting pods currently".formatted(name);
    }

    private PodDisruptionBudget without(PodDisruptionBudget budget, Pod pod) {
        Map<String, Instant> disrupted = new HashMap<>(budget.status().disruptedPods());
        disrupted.put(pod.name(), clock.instant());
        return budget.toBuilder()
                .status(s ->
                        s.disruptionsAllowed(budget.status().disruptionsAllowed() - 1)
                                .disruptedPods(disrupted))
                .build();
    }

    private static ApiResource type(GroupVersionResource gvr) {
        return Schema.builtin().find(gvr).orElseThrow();
    }
}
