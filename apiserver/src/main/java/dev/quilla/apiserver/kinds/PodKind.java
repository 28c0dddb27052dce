package dev.quilla.apiserver.kinds;

import dev.quilla.model.Quantity;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.EphemeralContainer;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.core.v1.ResourceRequirements;
import dev.quilla.model.health.PluginProbes;
import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Pods: defaults, quality of service, what may change, and graceful deletion. */
final class PodKind implements KindBehaviour {

    @Override
    public Struct defaults(Struct object) {
        Pod pod = new Pod(object);
        return pod.toBuilder().spec(PodTemplates.defaults(pod.spec(), true)).build().struct();
    }

    @Override
    public Struct beforeCreate(Struct object) {
        Pod pod = new Pod(object);
        PodSpec spec = PodLevelResources.defaults(pod.spec());
        return pod.toBuilder()
                .spec(spec)
                .status(s -> s.phase("Pending").qosClass(qualityOfService(spec)))
                .build()
                .struct();
    }

    @Override
    public List<FieldError> validate(Struct object, Optional<Struct> before) {
        Pod pod = new Pod(object);
        PodSpec now = pod.spec();
        List<FieldError> errors = new ArrayList<>(PodRules.check(now, "spec"));
        errors.addAll(
                PluginProbes.check(pod.metadata().annotations(), now, "metadata.annotations"));
        if (before.isEmpty() && !now.ephemeralContainers().isEmpty()) {
            errors.add(FieldError.forbidden("spec.ephemeralContainers", "cannot be set on create"));
        }
        if (before.isPresent()) {
            PodSpec old = new Pod(before.get()).spec();
            errors.addAll(ephemeral(old, now));
            if (!withoutMutable(old).equals(withoutMutable(now))) {
                errors.add(
                        FieldError.forbidden(
                                "spec",
                                "pod updates may not change fields other than"
                                        + " `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations`"
                                        + " (only additions to existing"
                                        + " tolerations),`spec.terminationGracePeriodSeconds` (allow it"
                                        + " to be set to 1 if it was previously negative)"));
            }
        }
        return errors;
    }

    @Override
    public List<FieldError> validateBy(String subresource, Struct object, Struct before) {
        if (!subresource.equals("resize")) {
            return validate(object, Optional.of(before));
        }
        Pod pod = new Pod(object);
        List<FieldError> errors = new ArrayList<>(PodRules.check(pod.spec(), "spec"));
        errors.addAll(PodResizeRules.check(new Pod(before), pod));
        return errors;
    }

    /** Ephemeral containers are added for good; no two containers share a name. */
    private static List<FieldError> ephemeral(PodSpec old, PodSpec now) {
        List<FieldError> errors = new ArrayList<>();
        Set<String> names = new HashSet<>();
        now.containers().forEach(c -> names.add(c.name()));
        now.initContainers().forEach(c -> names.add(c.name()));
        for (int i = 0; i < now.ephemeralContainers().size(); i++) {
            EphemeralContainer container = now.ephemeralContainers().get(i);
            String at = "spec.ephemeralContainers[" + i + "]";
            if (!names.add(container.name())) {
                errors.add(FieldError.duplicate(at + ".name", container.name()));
            }
            if (container.image().isEmpty()) {
                errors.add(FieldError.required(at + ".image", ""));
            }
        }
        for (EphemeralContainer container : old.ephemeralContainers()) {
            if (!now.ephemeralContainers().contains(container)) {
                errors.add(
                        FieldError.forbidden(
                                "spec.ephemeralContainers",
                                "existing ephemeral containers \""
                                        + container.name()
                                        + "\" may not be removed or changed"));
            }
        }
        return errors;
    }

    @Override
    public long graceSeconds(Struct object, Optional<Long> asked) {
        Pod pod = new Pod(object);
        // What no kubelet has started, and what has ended, needs nobody to end it.
        boolean unstarted = pod.spec().nodeName().isEmpty();
        boolean over =
                pod.status().phase().equals("Failed") || pod.status().phase().equals("Succeeded");
        if (unstarted || over) {
            return 0;
        }
        return asked.orElse(pod.spec().terminationGracePeriodSeconds());
    }

    private static PodSpec withoutMutable(PodSpec spec) {
        return spec.toBuilder()
                .containers(spec.containers().stream().map(PodKind::withoutImage).toList())
                .initContainers(spec.initContainers().stream().map(PodKind::withoutImage).toList())
                .clearActiveDeadlineSeconds()
                .clearTolerations()
                .clearSchedulingGates()
                .clearEphemeralContainers()
                .clearTerminationGracePeriodSeconds()
                .build();
    }

    private static Container withoutImage(Container container) {
        return container.toBuilder().clearImage().build();
    }

    /**
     * Guaranteed, Burstable or BestEffort, as the Kubernetes documentation defines them: by what
     * the pod asks for as a whole, or else by what its containers do.
     */
    static String qualityOfService(PodSpec spec) {
        boolean anything = false;
        boolean guaranteed = true;
        List<ResourceRequirements> all =
                PodLevelResources.areSet(spec)
                        ? List.of(spec.resources())
                        : PodTemplates.containers(spec, "").values().stream()
                                .map(Container::resources)
                                .toList();
        for (ResourceRequirements resources : all) {
            Map<String, Quantity> limits = compute(resources.limits());
            Map<String, Quantity> requests = compute(resources.requests());
            anything |= !limits.isEmpty() || !requests.isEmpty();
            guaranteed &= limits.size() == 2 && same(limits, requests);
        }
        return !anything ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
    }

    private static Map<String, Quantity> compute(Map<String, Quantity> amounts) {
        Map<String, Quantity> result = new HashMap<>();
        for (String name : List.of("cpu", "memory")) {
            Quantity amount = amounts.get(name);
            if (amount != null && !amount.isZero()) {
                result.put(name, amount);
            }
        }
        return result;
    }

    private static boolean same(Map<String, Quantity> a, Map<String, Quantity> b) {
        return b.entrySet().stream()
                .allMatch(e -> {
                    Quantity other = a.get(e.getKey());
                    return other != null && other.compareTo(e.getValue()) == 0;
                });
    }
}
