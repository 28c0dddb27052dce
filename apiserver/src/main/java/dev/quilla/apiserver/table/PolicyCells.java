package dev.quilla.apiserver.table;

import dev.quilla.model.Quantity;
import dev.quilla.model.Struct;
import dev.quilla.model.autoscaling.v2.HorizontalPodAutoscaler;
import dev.quilla.model.core.v1.ResourceQuota;
import dev.quilla.model.flowcontrol.v1.FlowSchema;
import dev.quilla.model.flowcontrol.v1.FlowSchemaCondition;
import dev.quilla.model.flowcontrol.v1.PriorityLevelConfiguration;
import dev.quilla.model.flowcontrol.v1.PriorityLevelConfigurationSpec;
import dev.quilla.model.flowcontrol.v1.QueuingConfiguration;
import dev.quilla.model.scheduling.v1.PriorityClass;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What the columns of the kinds show that limit others. */
final class PolicyCells {

    private PolicyCells() {}

    static Map<String, Cells> byResource() {
        return Map.of(
                "horizontalpodautoscalers.autoscaling", PolicyCells::autoscaler,
                "resourcequotas", PolicyCells::quota,
                "priorityclasses.scheduling.k8s.io", PolicyCells::priority,
                "validatingadmissionpolicies.admissionregistration.k8s.io", PolicyCells::inCel,
                "mutatingadmissionpolicies.admissionregistration.k8s.io", PolicyCells::inCel,
                "validatingadmissionpolicybindings.admissionregistration.k8s.io",
                        PolicyCells::binding,
                "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
                        PolicyCells::binding,
                "flowschemas.flowcontrol.apiserver.k8s.io", PolicyCells::flow,
                "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io", PolicyCells::level);
    }

    private static Object autoscaler(String column, Struct object, Instant now) {
        HorizontalPodAutoscaler scaler = new HorizontalPodAutoscaler(object);
        return switch (column) {
            case "Reference" ->
                    scaler.spec().scaleTargetRef().kind()
                            + "/"
                            + scaler.spec().scaleTargetRef().name();
            case "Targets" -> TargetCells.of(scaler);
            case "MinPods" ->
                    scaler.spec().hasMinReplicas()
                            ? Integer.toString(scaler.spec().minReplicas())
                            : "<unset>";
            case "MaxPods" -> scaler.spec().maxReplicas();
            case "Replicas" -> scaler.status().currentReplicas();
            default -> Cells.common(column, object, now);
        };
    }

    private static Object quota(String column, Struct object, Instant now) {
        ResourceQuota quota = new ResourceQuota(object);
        return switch (column) {
            case "Request" -> amounts(quota, name -> !name.startsWith("limits."));
            case "Limit" -> amounts(quota, name -> name.startsWith("limits."));
            default -> Cells.common(column, object, now);
        };
    }

    private static String amounts(ResourceQuota quota, Predicate<String> which) {
        Map<String, Quantity> used = quota.status().used();
        return new TreeMap<>(quota.spec().hard())
                .entrySet().stream()
                        .filter(e -> which.test(e.getKey()))
                        .map(e ->
                                "%s: %s/%s"
                                        .formatted(
                                                e.getKey(),
                                                used.getOrDefault(e.getKey(), Quantity.ZERO),
                                                e.getValue()))
                        .collect(Collectors.joining(", "));
    }

    private static Object priority(String column, Struct object, Instant now) {
        PriorityClass type = new PriorityClass(object);
        return switch (column) {
            case "Value" -> type.value();
            case "Global-Default" -> type.globalDefault();
            case "PreemptionPolicy" ->
                    type.preemptionPolicy().isEmpty()
                            ? "PreemptLowerPriority"
                            : type.preemptionPolicy();
            default -> Cells.common(column, object, now);
        };
    }

    private static Object flow(String column, Struct object, Instant now) {
        FlowSchema schema = new FlowSchema(object);
        return switch (column) {
            case "PriorityLevel" -> schema.spec().priorityLevelConfiguration().name();
            case "MatchingPrecedence" -> Integer.toString(schema.spec().matchingPrecedence());
            case "DistinguisherMethod" ->
                    schema.spec().hasDistinguisherMethod()
                            ? schema.spec().distinguisherMethod().type()
                            : "<none>";
            case "MissingPL" ->
                    schema.status().conditions().stream()
                            .filter(c -> c.type().equals("Dangling"))
                            .map(FlowSchemaCondition::status)
                            .findFirst()
                            .orElse("?");
            default -> Cells.common(column, object, now);
        };
    }

    private static Object level(String column, Struct object, Instant now) {
        PriorityLevelConfigurationSpec spec = new PriorityLevelConfiguration(object).spec();
        QueuingConfiguration queuing = spec.limited().limitResponse().queuing();
        boolean queues = spec.limited().limitResponse().hasQueuing();
        return switch (column) {
            case "Type" -> spec.type();
            case "NominalConcurrencyShares" ->
                    Integer.toString(
                            spec.hasLimited()
                                    ? spec.limited().nominalConcurrencyShares()
                                    : spec.exempt().nominalConcurrencyShares());
            case "Queues" -> queues ? Integer.toString(queuing.queues()) : "<none>";
            case "HandSize" -> queues ? Integer.toString(queuing.handSize()) : "<none>";
            case "QueueLengthLimit" ->
                    queues ? Integer.toString(queuing.queueLengthLimit()) : "<none>";
            default -> Cells.common(column, object, now);
        };
    }

    private static Object inCel(String column, Struct object, Instant now) {
        return switch (column) {
            case "Validations", "Mutations" ->
                    ((List<?>) object.at("spec", column.toLowerCase(Locale.ROOT)).orElse(List.of()))
                            .size();
            case "ParamKind" ->
                    object.at("spec", "paramKind").isPresent()
                            ? object.text("spec", "paramKind", "apiVersion")
                                    + "/"
                                    + object.text("spec", "paramKind", "kind")
                            : "<unset>";
            default -> Cells.common(column, object, now);
        };
    }

    private static Object binding(String column, Struct object, Instant now) {
        return switch (column) {
            case "PolicyName" -> object.text("spec", "policyName");
            case "ParamRef" -> {
                String name = object.text("spec", "paramRef", "name");
                String namespace = object.text("spec", "paramRef", "namespace");
                yield name.isEmpty()
                        ? "<unset>"
                        : namespace.isEmpty() ? "*/" + name : namespace + "/" + name;
            }
            default -> Cells.common(column, object, now);
        };
    }
}
