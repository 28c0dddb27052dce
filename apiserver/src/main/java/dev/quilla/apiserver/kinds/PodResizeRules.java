package dev.quilla.apiserver.kinds;

import dev.quilla.model.Quantity;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.ContainerResizePolicy;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.core.v1.ResourceRequirements;
import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What of a pod changes by way of its subresource {@code resize}: how much CPU and memory its
 * containers ask for and get, and nothing that makes it another pod for the node.
 */
final class PodResizeRules {

    private static final Set<String> RESIZED = Set.of("cpu", "memory");
    private static final String MIRROR = "kubernetes.io/config.mirror";
    private static final String RESTART = "RestartContainer";
    private static final String ONLY = "only cpu and memory resources are mutable";

    private final Pod old;
    private final Pod now;
    private final List<FieldError> errors = new ArrayList<>();

    private PodResizeRules(Pod old, Pod now) {
        this.old = old;
        this.now = now;
    }

    static List<FieldError> check(Pod old, Pod now) {
        PodResizeRules rules = new PodResizeRules(old, now);
        rules.check();
        return rules.errors;
    }

    /** A pod's specification: what a change of resources does to its containers. */
    static void policies(Struct part, String at, List<FieldError> errors) {
        PodSpec spec = new PodSpec(part);
        PodTemplates.containers(spec, at)
                .forEach((place, container) -> {
                    Set<String> seen = new HashSet<>();
                    for (int i = 0; i < container.resizePolicy().size(); i++) {
                        ContainerResizePolicy policy = container.resizePolicy().get(i);
                        String here = place + ".resizePolicy";
                        policy(policy, here, errors);
                        if (!seen.add(policy.resourceName())) {
                            errors.add(FieldError.duplicate(here, policy.resourceName()));
                        }
                        if (spec.restartPolicy().equals("Never")
                                && policy.restartPolicy().equals(RESTART)) {
                            errors.add(
                                    FieldError.invalid(
                                            here,
                                            policy.restartPolicy(),
                                            "must be 'NotRequired' when `restartPolicy` is"
                                                    + " 'Never'"));
                        }
                    }
                });
    }

    private static void policy(ContainerResizePolicy policy, String at, List<FieldError> errors) {
        if (!RESIZED.contains(policy.resourceName())) {
            errors.add(
                    FieldError.notSupported(at, policy.resourceName(), List.of("cpu", "memory")));
        }
        if (!List.of("NotRequired", RESTART).contains(policy.restartPolicy())) {
            errors.add(
                    FieldError.notSupported(
                            at, policy.restartPolicy(), List.of("NotRequired", RESTART)));
        }
    }

    private void check() {
        forbidIf(old.metadata().annotations().containsKey(MIRROR), "static pods cannot be resized");
        forbidIf(old.spec().os().name().equals("windows"), "windows pods cannot be resized");
        forbidIf(!isSupported(), "Pod running on node without support for resize");
        String quality = PodKind.qualityOfService(now.spec());
        if (!quality.equals(PodKind.qualityOfService(old.spec()))) {
            errors.add(
                    FieldError.invalid(
                            "spec",
                            quality,
                            "Pod QOS Class may not change as a result of resizing"));
        }
        boolean others = false;
        for (int i = 0; i < now.spec().containers().size(); i++) {
            others |=
                    compare(
                            old.spec().containers().get(i),
                            now.spec().containers().get(i),
                            "spec.containers[" + i + "].resources");
        }
        for (int i = 0; i < now.spec().initContainers().size(); i++) {
            others |= compareInit(i);
        }
        forbidIf(others, ONLY);
    }

    private void forbidIf(boolean forbidden, String detail) {
        if (forbidden) {
            errors.add(FieldError.forbidden("spec", detail));
        }
    }

    /** A node that can change a running container's resources says what they are. */
    private boolean isSupported() {
        return old.status().containerStatuses().stream()
                .filter(s -> s.state().hasRunning())
                .findFirst()
                .map(s -> s.hasResources())
                .orElse(true);
    }

    private boolean compareInit(int i) {
        Container before = old.spec().initContainers().get(i);
        Container after = now.spec().initContainers().get(i);
        String at = "spec.initContainers[" + i + "].resources";
        if (before.restartPolicy().equals("Always")) {
            return compare(before, after, at);
        }
        if (!before.resources().equals(after.resources())) {
            errors.add(
                    FieldError.forbidden(
                            at, "resources for non-sidecar init containers are immutable"));
        }
        return false;
    }

    /** Whether anything else is changed than amounts of CPU and memory. */
    private boolean compare(Container before, Container after, String at) {
        removed(before.resources().limits(), after.resources().limits(), at, "limits");
        removed(before.resources().requests(), after.resources().requests(), at, "requests");
        return !others(before.resources()).equals(others(after.resources()))
                || !before.resizePolicy().equals(after.resizePolicy());
    }

    private void removed(
            Map<String, Quantity> before, Map<String, Quantity> after, String at, String what) {
        if (RESIZED.stream().anyMatch(n -> before.containsKey(n) && !after.containsKey(n))) {
            errors.add(
                    FieldError.forbidden(
                            at + "." + what, "resource " + what + " cannot be removed"));
        }
    }

    private static List<Object> others(ResourceRequirements resources) {
        return List.of(
                withoutResized(resources.limits()),
                withoutResized(resources.requests()),
                resources.claims());
    }

    private static Map<String, Quantity> withoutResized(Map<String, Quantity> amounts) {
        Map<String, Quantity> others = new HashMap<>(amounts);
        others.keySet().removeAll(RESIZED);
        return others;
    }
}
