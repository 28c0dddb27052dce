package dev.quilla.controller.workload;

import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.EventType;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Owners;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ApiObject;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.apps.v1.Deployment;
import dev.quilla.model.apps.v1.ReplicaSet;
import dev.quilla.model.apps.v1.StatefulSet;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.ReplicationController;
import dev.quilla.model.meta.v1.Condition;
import dev.quilla.model.policy.v1.PodDisruptionBudget;
import dev.quilla.model.policy.v1.PodDisruptionBudgetStatus;
import dev.quilla.model.selector.Selector;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Says in each disruption budget's status how many of its pods may be disturbed now. Whoever evicts
 * a pod takes one off there; here the number is set anew from what the pods show.
 */
public final class DisruptionController implements Controller {

    private static final String ALLOWED = "DisruptionAllowed";

    private final ApiClient client;
    private final Informer<PodDisruptionBudget> budgets;
    private final Informer<Pod> pods;
    private final Informer<ReplicaSet> replicaSets;
    private final Informer<Deployment> deployments;
    private final Informer<StatefulSet> statefulSets;
    private final Informer<ReplicationController> replicationControllers;
    private final EventRecorder events;
    private final InstantSource clock;

    /** Works through a client and shared informers. */
    public DisruptionController(
            ApiClient client, Informers informers, EventRecorder events, InstantSource clock) {
        this.client = client;
        this.budgets = informers.of(Resources.POD_DISRUPTION_BUDGETS);
        this.pods = informers.of(Resources.PODS);
        this.replicaSets = informers.of(Resources.REPLICA_SETS);
        this.deployments = informers.of(Resources.DEPLOYMENTS);
        this.statefulSets = informers.of(Resources.STATEFUL_SETS);
        this.replicationControllers = informers.of(Resources.REPLICATION_CONTROLLERS);
        this.events = events;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "disruption";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(
                Trigger.onItself(budgets),
                Trigger.on(pods, this::of),
                Trigger.on(deployments, this::inNamespace),
                Trigger.on(replicaSets, this::inNamespace),
                Trigger.on(statefulSets, this::inNamespace),
                Trigger.on(replicationControllers, this::inNamespace));
    }

    private List<ObjectKey> of(Pod pod) {
        return budgets.inNamespace(pod.namespace())
                .filter(b -> covers(b, pod))
                .map(PodDisruptionBudget::key)
                .toList();
    }

    private List<ObjectKey> inNamespace(ApiObject object) {
        return budgets.inNamespace(object.namespace()).map(PodDisruptionBudget::key).toList();
    }

    private static boolean covers(PodDisruptionBudget budget, Pod pod) {
        return Selector.of(budget.spec().selector()).matches(pod.metadata().labels());
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<PodDisruptionBudget> found = budgets.get(key);
        if (found.isEmpty() || found.get().metadata().hasDeletionTimestamp()) {
            return Outcome.DONE;
        }
        PodDisruptionBudget budget = found.get();
        List<Pod> covered =
                pods.inNamespace(key.namespace()).filter(p -> covers(budget, p)).toList();
        OptionalInt scale = DisruptionPlan.needsScale(budget) ? scale(covered) : OptionalInt.of(0);
        if (scale.isEmpty()) {
            events.record(
                    budget,
                    EventType.WARNING,
                    "CalculateExpectedPodCountFailed",
                    "Failed to calculate the number of expected pods: a pod has no owner that"
                            + " says how many there should be");
        }
        DisruptionPlan plan = DisruptionPlan.of(budget, covered, scale.orElse(0), clock.instant());
        updateStatus(budget, plan);
        return plan.nextLook().<Outcome>map(Outcome.After::new).orElse(Outcome.DONE);
    }

    /** How many pods the owners want in all; empty if a pod has none that says so. */
    private OptionalInt scale(List<Pod> covered) {
        Map<String, Integer> byOwner = new HashMap<>();
        for (Pod pod : covered) {
            Optional<Owner> owner = owner(pod);
            if (owner.isEmpty()) {
                return OptionalInt.empty();
            }
            byOwner.put(owner.get().uid(), owner.get().replicas());
        }
        return OptionalInt.of(byOwner.values().stream().mapToInt(Integer::intValue).sum());
    }

    /** Who says how many pods there are to be: for a deployment's pods that is the deployment. */
    private record Owner(String uid, int replicas) {}

    private Optional<Owner> owner(Pod pod) {
        Optional<ReplicaSet> set =
                Owners.keys(pod, "ReplicaSet").stream()
                        .flatMap(k -> replicaSets.get(k).stream())
                        .findFirst();
        if (set.isPresent()) {
            return Owners.keys(set.get(), "Deployment").stream()
                    .flatMap(k -> deployments.get(k).stream())
                    .findFirst()
                    .map(d -> new Owner(d.uid(), d.spec().replicas()))
                    .or(() -> set.map(s -> new Owner(s.uid(), s.spec().replicas())));
        }
        return Stream.concat(
                        Owners.keys(pod, "StatefulSet").stream()
                                .flatMap(k -> statefulSets.get(k).stream())
                                .map(s -> new Owner(s.uid(), s.spec().replicas())),
                        Owners.keys(pod, "ReplicationController").stream()
                                .flatMap(k -> replicationControllers.get(k).stream())
                                .map(c -> new Owner(c.uid(), c.spec().replicas())))
                .findFirst();
    }

    private void updateStatus(PodDisruptionBudget budget, DisruptionPlan plan) {
        PodDisruptionBudgetStatus.Builder status =
                budget.status().toBuilder()
                        .observedGeneration(budget.metadata().generation())
                        .expectedPods(plan.expected())
                        .desiredHealthy(plan.desired())
                        .currentHealthy(plan.healthy())
                        .disruptionsAllowed(plan.allowed())
                        .conditions(conditions(budget, plan));
        if (plan.disturbed().isEmpty()) {
            status.clearDisruptedPods();
        } else {
            status.disruptedPods(plan.disturbed());
        }
        if (!status.build().equals(budget.status())) {
            client.resource(Resources.POD_DISRUPTION_BUDGETS)
                    .updateStatus(budget.toBuilder().status(status.build()).build());
        }
    }

    private List<Condition> conditions(PodDisruptionBudget budget, DisruptionPlan plan) {
        String wanted = plan.allowed() > 0 ? "True" : "False";
        List<Condition> conditions = new ArrayList<>(budget.status().conditions());
        Instant since =
                conditions.stream()
                        .filter(c -> c.type().equals(ALLOWED) && c.status().equals(wanted))
                        .flatMap(c -> c.lastTransitionTime().stream())
                        .findFirst()
                        .orElseGet(() -> clock.instant().truncatedTo(ChronoUnit.SECONDS));
        conditions.removeIf(c -> c.type().equals(ALLOWED));
        conditions.add(
                Condition.builder()
                        .type(ALLOWED)
                        .status(wanted)
                        .reason(plan.allowed() > 0 ? "SufficientPods" : "InsufficientPods")
                        .message("")
                        .observedGeneration(budget.metadata().generation())
                        .lastTransitionTime(since)
                        .build());
        return conditions;
    }
}
