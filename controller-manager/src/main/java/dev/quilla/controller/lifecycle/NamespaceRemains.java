package dev.quilla.controller.lifecycle;

import dev.quilla.model.core.v1.NamespaceCondition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What keeps a namespace that is being deleted, told as Kubernetes tells it.
 *
 * @param unknown groups of which nobody knows what they hold
 * @param failures what went wrong while it was emptied
 * @param left what it still holds
 */
record NamespaceRemains(List<String> unknown, List<String> failures, List<Left> left) {

    NamespaceRemains {
        unknown = List.copyOf(unknown);
        failures = List.copyOf(failures);
        left = List.copyOf(left);
    }

    /**
     * Objects of one resource.
     *
     * @param resource with its group behind a dot
     * @param finalizers how many of the objects each of them holds
     */
    record Left(String resource, int count, SortedMap<String, Integer> finalizers) {}

    boolean none() {
        return unknown.isEmpty() && failures.isEmpty() && left.isEmpty();
    }

    /** All conditions; those that say the same as before are since when they were. */
    List<NamespaceCondition> conditions(List<NamespaceCondition> before, Instant now) {
        SortedMap<String, Integer> finalizers = new TreeMap<>();
        left.forEach(l -> l.finalizers().forEach((f, n) -> finalizers.merge(f, n, Integer::sum)));
        List<NamespaceCondition> conditions = new ArrayList<>();
        conditions.add(
                condition(
                        "NamespaceDeletionDiscoveryFailure",
                        unknown.isEmpty() ? "" : "DiscoveryFailed",
                        "Discovery failed for some groups, %d failing: %s"
                                .formatted(unknown.size(), String.join(", ", unknown)),
                        "ResourcesDiscovered",
                        "All resources successfully discovered"));
        conditions.add(
                condition(
                        "NamespaceDeletionGroupVersionParsingFailure",
                        "",
                        "",
                        "ParsedGroupVersions",
                        "All legacy kube types successfully parsed"));
        conditions.add(
                condition(
                        "NamespaceDeletionContentFailure",
                        failures.isEmpty() ? "" : "ContentDeletionFailed",
                        "Failed to delete all resource types, %d remaining: %s"
                                .formatted(failures.size(), String.join(", ", failures)),
                        "ContentDeleted",
                        "All content successfully deleted, may be waiting on finalization"));
        conditions.add(
                condition(
                        "NamespaceContentRemaining",
                        left.isEmpty() ? "" : "SomeResourcesRemain",
                        "Some resources are remaining: "
                                + left.stream()
                                        .map(l ->
                                                "%s has %d resource instances"
                                                        .formatted(l.resource(), l.count()))
                                        .sorted()
                                        .collect(Collectors.joining(", ")),
                        "ContentRemoved",
                        "All content successfully removed"));
        conditions.add(
                condition(
                        "NamespaceFinalizersRemaining",
                        finalizers.isEmpty() ? "" : "SomeFinalizersRemain",
                        "Some content in the namespace has finalizers remaining: "
                                + finalizers.entrySet().stream()
                                        .map(e ->
                                                "%s in %d resource instances"
                                                        .formatted(e.getKey(), e.getValue()))
                                        .collect(Collectors.joining(", ")),
                        "ContentHasNoFinalizers",
                        "All content-preserving finalizers finished"));
        List<NamespaceCondition> all = new ArrayList<>(before);
        all.removeIf(b -> conditions.stream().anyMatch(c -> c.type().equals(b.type())));
        conditions.forEach(c -> all.add(since(c, before, now)));
        return all;
    }

    private static NamespaceCondition condition(
            String type, String failed, String failure, String fine, String message) {
        boolean is = !failed.isEmpty();
        return NamespaceCondition.builder()
                .type(type)
                .status(is ? "True" : "False")
                .reason(is ? failed : fine)
                .message(is ? failure : message)
                .build();
    }

    private static NamespaceCondition since(
            NamespaceCondition condition, List<NamespaceCondition> before, Instant now) {
        Instant since =
                before.stream()
                        .filter(b -> b.type().equals(condition.type()))
                        .filter(b -> b.status().equals(condition.status()))
                        .flatMap(b -> b.lastTransitionTime().stream())
                        .findFirst()
                        .orElse(now);
        return condition.toBuilder().lastTransitionTime(since).build();
    }
}
