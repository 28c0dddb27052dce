package dev.quilla.apiserver.quota;

import dev.quilla.model.GroupResource;
import dev.quilla.model.Quantity;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.PersistentVolumeClaim;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodAffinityTerm;
import dev.quilla.model.core.v1.ResourceQuotaSpec;
import dev.quilla.model.core.v1.ResourceRequirements;
import dev.quilla.model.core.v1.ScopedResourceSelectorRequirement;
import dev.quilla.model.core.v1.WeightedPodAffinityTerm;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Which objects a quota is about: all of its scopes must fit. */
final class QuotaScopes {

    private QuotaScopes() {}

    static boolean match(ResourceQuotaSpec spec, GroupResource resource, Struct object) {
        return requirements(spec).allMatch(r -> matches(r, resource, object));
    }

    private static Stream<ScopedResourceSelectorRequirement> requirements(ResourceQuotaSpec spec) {
        return Stream.concat(
                spec.scopes().stream()
                        .map(s ->
                                ScopedResourceSelectorRequirement.builder()
                                        .scopeName(s)
                                        .operator("Exists")
                                        .build()),
                spec.scopeSelector().matchExpressions().stream());
    }

    private static boolean matches(
            ScopedResourceSelectorRequirement scope, GroupResource resource, Struct object) {
        if (resource.equals(Usage.CLAIMS)) {
            String found = new PersistentVolumeClaim(object).spec().volumeAttributesClassName();
            return scope.scopeName().equals("VolumeAttributesClass") && selects(scope, found);
        }
        return resource.equals(Usage.PODS) && matches(scope, new Pod(object));
    }

    private static boolean matches(ScopedResourceSelectorRequirement scope, Pod pod) {
        return switch (scope.scopeName()) {
            case "Terminating" -> pod.spec().hasActiveDeadlineSeconds();
            case "NotTerminating" -> !pod.spec().hasActiveDeadlineSeconds();
            case "BestEffort" -> isBestEffort(pod);
            case "NotBestEffort" -> !isBestEffort(pod);
            case "PriorityClass" -> selects(scope, pod.spec().priorityClassName());
            case "CrossNamespacePodAffinity" -> looksElsewhere(pod);
            default -> false;
        };
    }

    /** A name that is not there is none that is wanted, and is not one of any values. */
    private static boolean selects(ScopedResourceSelectorRequirement scope, String name) {
        return switch (scope.operator()) {
            case "In" -> !name.isEmpty() && scope.values().contains(name);
            case "NotIn" -> !scope.values().contains(name);
            case "Exists" -> !name.isEmpty();
            case "DoesNotExist" -> name.isEmpty();
            default -> false;
        };
    }

    private static boolean isBestEffort(Pod pod) {
        return Stream.of(
                        Stream.of(pod.spec().resources()),
                        pod.spec().containers().stream().map(c -> c.resources()),
                        pod.spec().initContainers().stream().map(c -> c.resources()))
                .flatMap(s -> s)
                .noneMatch(QuotaScopes::asksForSome);
    }

    private static boolean asksForSome(ResourceRequirements has) {
        return isSome(has.requests()) || isSome(has.limits());
    }

    private static boolean isSome(Map<String, Quantity> amounts) {
        return Stream.of("cpu", "memory")
                .flatMap(name -> Optional.ofNullable(amounts.get(name)).stream())
                .anyMatch(amount -> !amount.isZero());
    }

    private static boolean looksElsewhere(Pod pod) {
        var near = pod.spec().affinity().podAffinity();
        var far = pod.spec().affinity().podAntiAffinity();
        return Stream.of(
                        near.requiredDuringSchedulingIgnoredDuringExecution().stream(),
                        far.requiredDuringSchedulingIgnoredDuringExecution().stream(),
                        terms(near.preferredDuringSchedulingIgnoredDuringExecution()),
                        terms(far.preferredDuringSchedulingIgnoredDuringExecution()))
                .flatMap(s -> s)
                .anyMatch(t -> !t.namespaces().isEmpty() || t.hasNamespaceSelector());
    }

    private static Stream<PodAffinityTerm> terms(List<WeightedPodAffinityTerm> weighted) {
        return weighted.stream().map(WeightedPodAffinityTerm::podAffinityTerm);
    }
}
