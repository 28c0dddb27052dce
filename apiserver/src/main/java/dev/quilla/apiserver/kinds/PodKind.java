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
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
        List<FieldError> errors = check(object, before);
        List<EphemeralContainer> added = new Pod(object).spec().ephemeralContainers();
        before.map(b -> new Pod(b).spec().ephemeralContainers())
                .filter(were -> !were.equals(added))
                .ifPresent(_ -> errors.add(FieldError.forbidden("spec", PodUpdateRules.FIXED)));
        return errors;
    }

    private static List<FieldError> check(Struct object, Optional<Struct> before) {
        Pod pod = new Pod(object);
        PodSpec now = pod.spec();
        Optional<PodSpec> old = before.map(b -> new Pod(b).spec());
        // What has become wrong by a new rule keeps nobody from changing the rest of a pod.
        boolean checked = old.filter(now::equals).isEmpty();
        List<FieldError> errors =
                new ArrayList<>(checked ? PodRules.check(now, "spec") : List.of());
        if (checked) {
            PodTemplates.containers(now, "spec").forEach((at, c) -> image(c, at, errors));
        }
        errors.addAll(
                PluginProbes.check(pod.metadata().annotations(), now, "metadata.annotations"));
        if (before.isEmpty() && !now.ephemeralContainers().isEmpty()) {
            errors.add(FieldError.forbidden("spec.ephemeralContainers", "cannot be set on create"));
        }
        old.filter(_ -> checked)
                .ifPresent(was -> {
                    errors.addAll(EphemeralRules.check(was, now));
                    errors.addAll(PodUpdateRules.check(was, now));
                });
        return errors;
    }

    /** Templates may have images that no pod may. */
    private static void image(Container container, String at, List<FieldError> errors) {
        if (!container.image().equals(container.image().strip())) {
            errors.add(
                    FieldError.invalid(
                            at + ".image",
                            container.image(),
                            "must not have leading or trailing whitespace"));
        }
    }

    @Override
    public List<FieldError> validateBy(String subresource, Struct object, Struct before) {
        if (!subresource.equals("resize")) {
            return check(object, Optional.of(before));
        }
        Pod pod = new Pod(object);
        List<FieldError> errors = new ArrayList<>(PodRules.check(pod.spec(), "spec"));
        errors.addAll(PodResizeRules.check(new Pod(before), pod));
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
