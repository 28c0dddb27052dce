package dev.quilla.apiserver.admission;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Namespace;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.core.v1.PodTemplateSpec;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The Pod Security Standards, as the labels of a namespace ask for them: {@code enforce} refuses
 * pods, {@code warn} tells who makes them or what makes them, {@code audit} notes it. Who makes a
 * namespace stricter is told which of its pods would not be let in any more. An administrator may
 * say what holds where labels say nothing, and of whom and what nothing is asked.
 */
public final class PodSecurityAdmission implements Admission {

    /** So many pods are looked at when a namespace becomes stricter. */
    private static final int LOOKED_AT_MAX = 3000;

    private final ObjectStore objects;
    private final ApiResource namespaces =
            Schema.builtin().find(Resources.NAMESPACES.gvr()).orElseThrow();
    private final ApiResource pods = Schema.builtin().find(Resources.PODS.gvr()).orElseThrow();

    private final PodSecuritySettings settings;

    /** Looks up namespaces there. */
    public PodSecurityAdmission(ObjectStore objects, PodSecuritySettings settings) {
        this.objects = objects;
        this.settings = settings;
    }

    @Override
    public Struct admit(Request request, Struct object) {
        String subresource = request.call().info().subresource();
        if (subresource.equals("status") || subresource.equals("scale")) {
            return object;
        }
        switch (request.resource().groupResource().toString()) {
            case "namespaces" -> checkNamespace(request, new Namespace(object));
            case "pods" -> checkPod(request, new Pod(object));
            default ->
                    template(object)
                            .filter(t ->
                                    request.before()
                                            .flatMap(PodSecurityAdmission::template)
                                            .filter(t::equals)
                                            .isEmpty())
                            .ifPresent(t -> warn(request, object, t));
        }
        return object;
    }

    private void checkNamespace(Request request, Namespace namespace) {
        Map<String, String> labels = namespace.metadata().labels();
        Optional<Map<String, String>> before =
                request.before().map(b -> new Namespace(b).metadata().labels());
        List<FieldError> errors = PodSecurityStandard.errors(labels);
        if (!errors.isEmpty()
                && !before.map(PodSecurityStandard::errors).equals(Optional.of(errors))) {
            throw ApiErrors.invalid(request.resource().gvk(), namespace.name(), errors);
        }
        PodSecurityStandard now = settings.enforced(labels);
        boolean stricter = before.map(b -> now.isStricterThan(settings.enforced(b))).orElse(false);
        if (settings.namespaces().contains(namespace.name())) {
            if (before.isEmpty() || stricter) {
                tellOfVanity(request, namespace);
            }
        } else if (stricter) {
            tellOfPods(request, namespace.name(), now);
        }
    }

    private void tellOfVanity(Request request, Namespace namespace) {
        String policy = settings.inVain(namespace.metadata().labels());
        if (!policy.isEmpty()) {
            request.call()
                    .warnings()
                    .add(
                            "namespace \"%s\" is exempt from Pod Security, and the policy (%s) will be ignored"
                                    .formatted(namespace.name(), policy));
        }
    }

    /** Pods that break the same rules are told of together. */
    private void tellOfPods(Request request, String namespace, PodSecurityStandard now) {
        List<Struct> all = objects.list(objects.local(), pods, namespace);
        SortedMap<String, SortedSet<String>> names = new TreeMap<>();
        for (Struct object : all.subList(0, Math.min(LOOKED_AT_MAX, all.size()))) {
            Pod pod = new Pod(object);
            if (settings.runtimeClasses().contains(pod.spec().runtimeClassName())) {
                continue;
            }
            BrokenRules broken = now.broken(pod.metadata(), pod.spec());
            if (!broken.none()) {
                names.computeIfAbsent(broken.rules(), r -> new TreeSet<>()).add(pod.name());
            }
        }
        var warnings = request.call().warnings();
        if (all.size() > LOOKED_AT_MAX) {
            warnings.add(
                    "new PodSecurity enforce level only checked against the first %d of %d existing pods"
                            .formatted(LOOKED_AT_MAX, all.size()));
        }
        if (!names.isEmpty()) {
            warnings.add(
                    "existing pods in namespace \"%s\" violate the new PodSecurity enforce level \"%s\""
                            .formatted(namespace, now));
        }
        names.entrySet().stream()
                .map(e -> several(e.getValue()) + ": " + e.getKey())
                .sorted()
                .forEach(warnings::add);
    }

    private static String several(SortedSet<String> names) {
        int others = names.size() - 1;
        return switch (others) {
            case 0 -> names.first();
            case 1 -> names.first() + " (and 1 other pod)";
            default -> "%s (and %d other pods)".formatted(names.first(), others);
        };
    }

    private void checkPod(Request request, Pod pod) {
        if (isExempt(request, pod.namespace())) {
            return;
        }
        Optional<PodSpec> before = request.before().map(b -> new Pod(b).spec());
        if (before.isPresent() && images(before.get()).equals(images(pod.spec()))) {
            return;
        }
        if (isExempt(request, pod.spec())) {
            return;
        }
        Map<String, String> labels = labels(pod.namespace());
        PodSecurityStandard enforced = settings.enforced(labels);
        BrokenRules broken = enforced.broken(pod.metadata(), pod.spec());
        if (!broken.none()) {
            throw ApiErrors.forbidden(
                    request.resource().groupResource(),
                    pod.name(),
                    "violates PodSecurity \"%s\": %s".formatted(enforced, broken.told()));
        }
        request.call()
                .trail()
                .note(PodSecurityStandard.LABEL + "enforce-policy", enforced.toString());
        tell(request, labels, pod.metadata(), pod.spec());
    }

    private boolean isExempt(Request request, String namespace) {
        if (settings.namespaces().contains(namespace)) {
            return exempt(request, "namespace");
        }
        return settings.usernames().contains(request.call().identity().user())
                && exempt(request, "user");
    }

    private boolean isExempt(Request request, PodSpec spec) {
        return settings.runtimeClasses().contains(spec.runtimeClassName())
                && exempt(request, "runtimeClass");
    }

    private static boolean exempt(Request request, String reason) {
        request.call().trail().note(PodSecurityStandard.LABEL + "exempt", reason);
        return true;
    }

    /** What may change of a pod's containers and matters to the standards. */
    private static List<Object> images(PodSpec spec) {
        List<Object> images = new ArrayList<>();
        spec.containers().forEach(c -> images.add(List.of(c.name(), c.image())));
        spec.initContainers().forEach(c -> images.add(List.of(c.name(), c.image())));
        images.addAll(spec.ephemeralContainers());
        return images;
    }

    private void warn(Request request, Struct object, PodTemplateSpec template) {
        String namespace = object.text("metadata", "namespace");
        if (isExempt(request, namespace) || isExempt(request, template.spec())) {
            return;
        }
        Map<String, String> labels = labels(namespace);
        tell(request, labels, template.metadata(), template.spec());
    }

    private void tell(
            Request request, Map<String, String> labels, ObjectMeta metadata, PodSpec spec) {
        PodSecurityStandard warned = settings.warned(labels);
        BrokenRules broken = warned.broken(metadata, spec);
        if (!broken.none()) {
            request.call().warnings().add(wouldViolate(warned, broken));
        }
        if (request.call().trail().records()) {
            PodSecurityStandard noted = settings.noted(labels);
            BrokenRules known = noted.broken(metadata, spec);
            if (!known.none()) {
                request.call()
                        .trail()
                        .note(
                                PodSecurityStandard.LABEL + "audit-violations",
                                wouldViolate(noted, known));
            }
        }
    }

    private static String wouldViolate(PodSecurityStandard standard, BrokenRules broken) {
        return "would violate PodSecurity \"%s\": %s".formatted(standard, broken.told());
    }

    private Map<String, String> labels(String namespace) {
        return objects.find(objects.local(), namespaces, ObjectKey.cluster(namespace))
                .map(n -> new Namespace(n.object()).metadata().labels())
                .orElse(Map.of());
    }

    /** The pods that an object makes, whatever its kind. */
    private static Optional<PodTemplateSpec> template(Struct object) {
        return object.at("spec", "template")
                .or(() -> object.at("spec", "jobTemplate", "spec", "template"))
                .or(() -> object.at("template"))
                .filter(t ->
                        t instanceof Struct s && s.definition() == PodTemplateSpec.definition())
                .map(t -> new PodTemplateSpec((Struct) t));
    }
}
